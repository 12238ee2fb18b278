import { composeExport, type ExportOutcome } from '../../compose/export.ts';
import { loadConfig } from '../../config/load-config.ts';
import { ExportLog } from '../output/export-log.ts';
import { createLogger, type Logger } from '../output/logger.ts';
import type { CommandInput } from '../run/command-input.ts';
import { type ExitCode, exitCodes } from '../run/exit-codes.ts';
import { runWithSignals } from '../run/run-with-signals.ts';

/** Exports the scan results of a cluster to a folder. */
export async function exportResults(input: CommandInput): Promise<ExitCode> {
  return runWithSignals(async (context) => {
    const { flags, configFile, argument: folder = '' } = input;
    const { config, warnings } = loadConfig({ flags, environment: process.env, file: configFile });
    const log = createLogger(config.log, process.stderr.isTTY);
    context.log = log;
    for (const warning of warnings) log.warn(warning);
    const observer = new ExportLog(log, () => performance.now());
    const target = { folder, observer, signal: context.signal };
    return report(folder, await composeExport(config, target), log);
  });
}

function report(folder: string, outcome: ExportOutcome, log: Logger): ExitCode {
  if (outcome.status === 'unwritable') {
    log.error(outcome.message);
    return exitCodes.nothingDelivered;
  }
  const { files, problems } = outcome.manifest;
  for (const problem of problems) log.error(problem);
  const objects = Object.fromEntries(files.map(({ name, objects: count }) => [name, count]));
  if (problems.length === 0) {
    log.info({ objects }, `exported to ${folder}`);
    return exitCodes.ok;
  }
  log.warn({ objects }, `export to ${folder} incomplete; export again`);
  return exitCodes.incomplete;
}
