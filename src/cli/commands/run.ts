import { type CycleObserver, type CycleReport, runCycle } from '../../agent/cycle.ts';
import { compose } from '../../compose/cycle.ts';
import { findUnknownVariables, loadConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/schema.ts';
import type { Sink } from '../../sinks/sink.ts';
import type { CommandInput } from '../command-input.ts';
import type { ExitCode } from '../exit-codes.ts';
import { guard } from '../guard.ts';
import { createLogger, isPretty, type Logger } from '../logger.ts';
import { createProgressBar, noProgress } from '../progress.ts';
import { SkipLog } from '../skip-log.ts';

/** What a command has to go by when its cycle is done. */
export interface CommandOutcome {
  readonly report: CycleReport;
  readonly config: Config;
  readonly log: Logger;
}

/** What a command does with a cycle. */
export interface CommandPlan {
  readonly sinks: (config: Config) => Promise<readonly Sink[]>;
  /** Watches the cycle beside the log and the progress bar. */
  readonly watch?: Pick<CycleObserver, 'inventory' | 'scan'>;
  /** Called when everything went its way; gives the exit code. */
  readonly done: (outcome: CommandOutcome) => ExitCode;
}

/** Runs one cycle for a command: configuration, log, progress. */
export async function runCommand(input: CommandInput, plan: CommandPlan): Promise<ExitCode> {
  return guard(async (guarded) => {
    const { flags, configFile } = input;
    const config = loadConfig({ flags, environment: process.env, file: configFile });
    const log = createLogger(config.log, process.stderr.isTTY);
    guarded.log = log;
    warnOfUnknownVariables(log);
    const report = await cycle(config, plan, { log, signal: guarded.signal });
    return plan.done({ report, config, log });
  });
}

interface Surroundings {
  readonly log: Logger;
  readonly signal: AbortSignal;
}

async function cycle(
  config: Config,
  plan: CommandPlan,
  { log, signal }: Surroundings,
): Promise<CycleReport> {
  const showProgress = process.stderr.isTTY && isPretty(config.log.format, process.stderr.isTTY);
  const progress = showProgress ? createProgressBar() : noProgress;
  const skipLog = new SkipLog(log);
  const observer: CycleObserver = {
    progress: (state) => progress.update(state),
    warn(message) {
      progress.stop();
      log.warn(message);
    },
    skipped(report) {
      progress.stop();
      skipLog.add(report);
    },
    inventory(inventory, cluster) {
      progress.stop();
      skipLog.flush();
      plan.watch?.inventory(inventory, cluster);
    },
    scan: (scan) => plan.watch?.scan(scan),
  };
  try {
    const sinks = await plan.sinks(config);
    const options = await compose(config, { sinks, environment: process.env, signal });
    return await runCycle(options, { observer, signal, now: Date.now });
  } finally {
    progress.stop();
    skipLog.flush();
  }
}

function warnOfUnknownVariables(log: Logger): void {
  for (const name of findUnknownVariables(process.env)) {
    log.warn(`environment variable ${name} is no option and was ignored`);
  }
}
