import { composeStdout } from '../../compose/stdout.ts';
import type { CommandInput } from '../run/command-input.ts';
import { type ExitCode, exitCodeOf } from '../run/exit-codes.ts';
import { runCommand } from './run.ts';

/** Prints exposition text, and nothing else, on stdout. */
export async function render(input: CommandInput): Promise<ExitCode> {
  return runCommand(input, {
    sinks: async (config) => [composeStdout(config, process.stdout)],
    done({ report, log, config }) {
      for (const { errors } of report.deliveries) {
        for (const error of errors) log.error(`stdout: ${error}`);
      }
      return exitCodeOf(report, config.strict);
    },
  });
}
