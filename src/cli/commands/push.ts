import type { CycleReport } from '../../agent/cycle.ts';
import { composeSinks } from '../../compose.ts';
import type { Delivery } from '../../sinks/sink.ts';
import type { CommandInput } from '../command-input.ts';
import { type ExitCode, exitCodeOf } from '../exit-codes.ts';
import type { Logger } from '../logger.ts';
import { SummaryTable } from '../summary-table.ts';
import { describeTerminal } from '../terminal.ts';
import { runCommand } from './run.ts';

/** One cycle to every configured receiver. */
export async function push(input: CommandInput): Promise<ExitCode> {
  const startedAt = performance.now();
  const table = input.table ? new SummaryTable() : undefined;
  return runCommand(input, {
    sinks: (config) => composeSinks(config, process.stdout),
    ...(table !== undefined && { watch: table }),
    done({ report, log, config }) {
      if (table !== undefined) process.stderr.write(table.render(describeTerminal(process.stderr)));
      for (const delivery of report.deliveries) logDelivery(delivery, log);
      logSummary(report, log, performance.now() - startedAt);
      return exitCodeOf(report, config.strict);
    },
    failed({ deliveries }, log) {
      for (const delivery of deliveries) {
        if (delivery.sent > 0 || delivery.errors.length > 0) log.info(delivery, 'source failed');
      }
    },
  });
}

function logDelivery({ errors, ...delivery }: Delivery, log: Logger): void {
  if (delivery.status === 'delivered') log.debug(delivery, 'delivered');
  else log.error({ ...delivery, errors }, `delivery to ${delivery.sink}: ${errors.join('; ')}`);
}

function logSummary({ cluster, read, engine, deliveries }: CycleReport, log: Logger, ms: number) {
  const skipped = [...read.skipped].filter(([, count]) => count > 0);
  const fields = {
    cluster,
    reports_read: read.read,
    ...(skipped.length > 0 && { reports_skipped: Object.fromEntries(skipped) }),
    series: engine.series,
    sinks: deliveries.map(({ sink, sent, failed }) => ({ sink, sent, failed })),
    seconds: Math.round(ms) / 1000,
  };
  const lost = deliveries.some(({ status }) => status !== 'delivered') || read.isIncomplete;
  if (lost) log.warn(fields, 'pushed incompletely');
  else log.info(fields, 'pushed');
}
