import { composeGroupRemoval } from '../../compose/pushgateway.ts';
import { loadConfig } from '../../config/load-config.ts';
import { CheckTable } from '../check-table.ts';
import type { CommandInput } from '../command-input.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { guard } from '../guard.ts';
import { createLogger } from '../logger.ts';
import { describeTerminal } from '../terminal.ts';

/** Removes the group of a cluster from a Pushgateway, or the groups of its shards. */
export async function pushgatewayDelete(input: CommandInput): Promise<ExitCode> {
  return guard(async (guarded) => {
    const { flags, configFile, dryRun } = input;
    const config = loadConfig({ flags, environment: process.env, file: configFile });
    guarded.log = createLogger(config.log, process.stderr.isTTY);
    const table = new CheckTable(process.stdout, describeTerminal(process.stdout));
    const outcomes = new Set<boolean>();
    for await (const one of composeGroupRemoval(config, dryRun, guarded.signal)) {
      table.add(one);
      outcomes.add(one.status !== 'failed');
    }
    if (!outcomes.has(false)) return exitCodes.ok;
    return outcomes.has(true) ? exitCodes.incomplete : exitCodes.nothingDelivered;
  });
}
