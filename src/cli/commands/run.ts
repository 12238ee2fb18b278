import { ClusterNameError } from '../../agent/cluster-name.ts';
import { type CycleObserver, type CycleReport, runCycle } from '../../agent/cycle.ts';
import { compose } from '../../compose.ts';
import { ConfigError } from '../../config/config-error.ts';
import { findUnknownVariables, loadConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/schema.ts';
import { MetricDefinitionError } from '../../metrics/metric-definition-error.ts';
import type { Sink } from '../../sinks/sink.ts';
import { SourceError } from '../../sources/scan-source.ts';
import type { CommandInput } from '../command-input.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { createLogger, isPretty, type Logger } from '../logger.ts';
import { createProgressBar, noProgress } from '../progress.ts';
import { SkipLog } from '../skip-log.ts';

/** What a command does with a cycle. */
export interface CommandPlan {
  readonly sinks: (config: Config) => readonly Sink[];
  /** Watches the cycle beside the log and the progress bar. */
  readonly watch?: Pick<CycleObserver, 'inventory' | 'scan'>;
  /** Called when everything went its way; gives the exit code. */
  readonly done: (report: CycleReport, log: Logger) => ExitCode;
}

/** Runs one cycle for a command: configuration, log, progress, signals, errors. */
export async function runCommand(input: CommandInput, plan: CommandPlan): Promise<ExitCode> {
  const terminal = process.stderr.isTTY;
  let log = createLogger({ level: 'info', format: 'auto' }, terminal);
  const interrupt = watchForInterrupt();
  try {
    const config = readConfig(input);
    log = createLogger(config.log, terminal);
    warnOfUnknownVariables(log);
    const exitCode = plan.done(await cycle(config, plan, { log, signal: interrupt.signal }), log);
    return interrupt.signal.aborted ? reportInterrupt(log) : exitCode;
  } catch (error) {
    return interrupt.signal.aborted ? reportInterrupt(log) : reportError(error, log);
  } finally {
    interrupt.stop();
  }
}

function reportInterrupt(log: Logger): ExitCode {
  log.error('interrupted');
  return exitCodes.interrupted;
}

function readConfig({ flags, configFile }: CommandInput): Config {
  const config = loadConfig({ flags, environment: process.env, file: configFile });
  if (config.source.files.paths.length > 0) return config;
  throw new ConfigError(
    'there is nothing to read: name files or folders with --from PATH (- is standard input)',
  );
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
    const options = compose(config, plan.sinks(config));
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

/** Says what went wrong; only what nobody foresaw shows where it happened. */
function reportError(error: unknown, log: Logger): ExitCode {
  if (error instanceof SourceError) {
    log.error(error.message);
    return exitCodes.sourceUnreadable;
  }
  if (isUsageError(error)) {
    for (const line of error.message.split('\n')) log.error(line);
    return exitCodes.usage;
  }
  log.error({ err: error }, 'unexpected error; please report it');
  return exitCodes.unexpected;
}

function isUsageError(error: unknown): error is Error {
  return (
    error instanceof ConfigError ||
    error instanceof ClusterNameError ||
    error instanceof MetricDefinitionError
  );
}

interface Interrupt {
  readonly signal: AbortSignal;
  stop(): void;
}

/** The first SIGINT or SIGTERM ends the work in order; a second one ends the process at once. */
function watchForInterrupt(): Interrupt {
  const controller = new AbortController();
  function onSignal(): void {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  }
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    stop() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
