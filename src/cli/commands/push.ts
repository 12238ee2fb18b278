import type { CycleReport } from '../../agent/cycle-result.ts';
import { composeSinks, composeStdout } from '../../compose/sinks.ts';
import type { CommandInput } from '../command-input.ts';
import { isIncomplete, logDelivery, summaryOf } from '../cycle-log.ts';
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
    async sinks(config) {
      const sinks = await composeSinks(config, { repeats: false });
      return sinks.length > 0 ? sinks : [composeStdout(config, process.stdout)];
    },
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

function logSummary(report: CycleReport, log: Logger, ms: number): void {
  const fields = summaryOf(report, ms);
  if (isIncomplete(report)) log.warn(fields, 'pushed incompletely');
  else log.info(fields, 'pushed');
}
