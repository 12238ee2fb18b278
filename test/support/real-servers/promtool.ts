import { findServer } from '../../../scripts/servers/find-server.ts';
import { type CommandResult, runCommand } from '../../../scripts/servers/run-command.ts';

/** Runs `promtool` with `input` as its standard input. */
export async function promtool(args: readonly string[], input = ''): Promise<CommandResult> {
  return runCommand(await findServer('promtool'), args, { input, timeoutMs: 60_000 });
}
