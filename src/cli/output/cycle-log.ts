import type { CycleReport } from '../../cycle/cycle-result.ts';
import type { Delivery } from '../../sinks/sink.ts';
import type { Logger } from './logger.ts';

/** Log fields that summarize a cycle. */
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
    sinks: deliveries.map(summarizeDelivery),
    seconds: Math.round(tookMs) / 1000,
  };
}

/** The counts of one sink, without `pending` and `persisted` if there are none. */
export function summarizeDelivery({ sink, sent, rejected, pending, persisted }: Delivery): object {
  return {
    sink,
    sent,
    rejected,
    ...(pending > 0 && { pending }),
    ...(persisted > 0 && { persisted }),
  };
}

export function logDelivery({ errors, warnings = [], ...delivery }: Delivery, log: Logger): void {
  for (const warning of warnings) log.warn({ sink: delivery.sink }, `${delivery.sink}: ${warning}`);
  if (delivery.status === 'delivered') log.debug(delivery, 'delivered');
  else log.error({ ...delivery, errors }, `delivery to ${delivery.sink}: ${errors.join('; ')}`);
}
