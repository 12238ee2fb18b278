import { composeSinks } from '../../compose/sinks.ts';
import { composeStdout } from '../../compose/stdout.ts';
import { logDelivery, summaryOf } from '../output/cycle-log.ts';
import { SummaryTable } from '../output/summary-table.ts';
import { describeTerminal } from '../output/terminal.ts';
import type { CommandInput } from '../run/command-input.ts';
import { type ExitCode, exitCodeOf, exitCodes } from '../run/exit-codes.ts';
import { runCommand } from './run.ts';

/** Pushes one cycle to every configured receiver. */
export async function push(input: CommandInput): Promise<ExitCode> {
  const startedAt = performance.now();
  const table = input.table ? new SummaryTable() : undefined;
  return runCommand(input, {
    remembers: true,
    async sinks(config, warn) {
      const sinks = await composeSinks(config, { resends: false, warn });
      return sinks.length > 0 ? sinks : [composeStdout(config, process.stdout)];
    },
    ...(table !== undefined && { watch: table }),
    done({ report, log, config }) {
      if (report.hasGaps) table?.noteIncomplete();
      if (table !== undefined) process.stderr.write(table.render(describeTerminal(process.stderr)));
      for (const delivery of report.deliveries) logDelivery(delivery, log);
      const exitCode = exitCodeOf(report, config.strict);
      const fields = summaryOf(report, performance.now() - startedAt);
      if (exitCode === exitCodes.ok) log.info(fields, 'pushed');
      else log.warn(fields, 'push incomplete');
      return exitCode;
    },
    failed({ deliveries }, log) {
      for (const delivery of deliveries) {
        if (delivery.sent > 0 || delivery.errors.length > 0) log.info(delivery, 'source failed');
      }
    },
  });
}
