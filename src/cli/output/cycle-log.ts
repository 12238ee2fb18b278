import type { CycleReport } from '../../cycle/cycle-result.ts';
import type { Delivery } from '../../sinks/sink.ts';
import type { Logger } from './logger.ts';

/** What one line of the log says of a cycle. */
export function summaryOf(
  { cluster, read, engine, deliveries }: CycleReport,
  tookMs: number,
): object {
  const skipped = [...read.skipped].filter(([, count]) => count > 0);
  return {
    cluster,
    reports_read: read.read,
    ...(skipped.length > 0 && { reports_skipped: Object.fromEntries(skipped) }),
    series: engine.series,
    sinks: deliveries.map(({ sink, sent, failed, kept = 0 }) => ({
      sink,
      sent,
      failed,
      ...(kept > 0 && { kept }),
    })),
    seconds: Math.round(tookMs) / 1000,
  };
}

export function logDelivery({ errors, warnings = [], ...delivery }: Delivery, log: Logger): void {
  for (const warning of warnings) log.warn({ sink: delivery.sink }, `${delivery.sink}: ${warning}`);
  if (delivery.status === 'delivered') log.debug(delivery, 'delivered');
  else log.error({ ...delivery, errors }, `delivery to ${delivery.sink}: ${errors.join('; ')}`);
}
