import { SummaryTable } from '../output/summary-table.ts';
import { describeTerminal } from '../output/terminal.ts';
import type { CommandInput } from '../run/command-input.ts';
import { type ExitCode, exitCodeOf } from '../run/exit-codes.ts';
import { runCommand } from './run.ts';

/** Prints the summary table on stdout. */
export async function show(input: CommandInput): Promise<ExitCode> {
  const table = new SummaryTable();
  return runCommand(input, {
    sinks: async () => [],
    watch: table,
    done({ report, config }) {
      if (report.hasGaps) table.noteIncomplete();
      process.stdout.write(table.render(describeTerminal(process.stdout)));
      return exitCodeOf(report, config.strict);
    },
  });
}
