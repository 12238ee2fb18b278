import { composeGroupRemoval } from '../../compose/pushgateway.ts';
import { loadConfig } from '../../config/load-config.ts';
import { CheckTable } from '../output/check-table.ts';
import { createLogger } from '../output/logger.ts';
import { describeTerminal } from '../output/terminal.ts';
import type { CommandInput } from '../run/command-input.ts';
import { type ExitCode, exitCodes } from '../run/exit-codes.ts';
import { runWithSignals } from '../run/run-with-signals.ts';

/** Deletes the group of a cluster, or the groups of its shards, from a Pushgateway. */
export async function pushgatewayDelete(input: CommandInput): Promise<ExitCode> {
  return runWithSignals(async (context) => {
    const { flags, configFile, dryRun } = input;
    const { config } = loadConfig({ flags, environment: process.env, file: configFile });
    context.log = createLogger(config.log, process.stderr.isTTY);
    const table = new CheckTable(process.stdout, describeTerminal(process.stdout));
    const outcomes = new Set<boolean>();
    for await (const one of composeGroupRemoval(config, dryRun, context.signal)) {
      table.add(one);
      outcomes.add(one.status !== 'failed');
    }
    if (!outcomes.has(false)) return exitCodes.ok;
    return outcomes.has(true) ? exitCodes.incomplete : exitCodes.nothingDelivered;
  });
}
