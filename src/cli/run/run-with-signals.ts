import { ScheduleError } from '../../agent/schedule-error.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import { ClusterNameError } from '../../cycle/cluster-name.ts';
import { createAbortControllerWithoutListenerLimit } from '../../http/unlimited-abort-controller.ts';
import { MetricDefinitionError } from '../../metrics/metric-definition-error.ts';
import { SourceError } from '../../sources/scan-source.ts';
import { createLogger, type Logger } from '../output/logger.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** What the work of a command is given. */
export interface CommandContext {
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** The log as it is configured; before that, as it is by default. */
  log: Logger;
}

export interface GuardOptions {
  /** Whether a signal is how the command ends: its own exit code counts then. */
  readonly endsBySignal?: boolean;
}

/** Runs the work of a command: signals end it in order, and errors become words and exit codes. */
export async function runWithSignals(
  work: (context: CommandContext) => Promise<ExitCode>,
  { endsBySignal = false }: GuardOptions = {},
): Promise<ExitCode> {
  const interrupt = watchForInterrupt();
  const log = createLogger(defaultLog, process.stderr.isTTY);
  const context: CommandContext = { signal: interrupt.signal, log };
  const stopWatchingErrors = watchForStrayErrors(context);
  function isInterrupted(): boolean {
    return interrupt.signal.aborted && !endsBySignal;
  }
  try {
    const exitCode = await work(context);
    if (endsBySignal) exitSoon(exitCode);
    return isInterrupted() ? reportInterrupt(context.log) : exitCode;
  } catch (error) {
    return isInterrupted() ? reportInterrupt(context.log) : reportError(error, context.log);
  } finally {
    interrupt.stop();
    stopWatchingErrors();
  }
}

/** Time for what is still open to be closed, and for standard output to be read. */
const EXIT_GRACE_MS = 500;

/** Whoever was told to stop does, also if something is still open that cannot be closed. */
function exitSoon(exitCode: ExitCode): void {
  setTimeout(() => process.exit(exitCode), EXIT_GRACE_MS).unref();
}

/** An error that nobody waits for leaves the process in a state that nobody knows, so it ends. */
function watchForStrayErrors(context: CommandContext): () => void {
  function onError(error: unknown): void {
    context.log.fatal({ err: error }, 'unexpected error; please report it');
    process.exit(exitCodes.unexpected);
  }
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  return () => {
    process.off('uncaughtException', onError);
    process.off('unhandledRejection', onError);
  };
}

const defaultLog: Config['log'] = { level: 'info', format: 'auto' };

function reportInterrupt(log: Logger): ExitCode {
  log.error('interrupted');
  return exitCodes.interrupted;
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

/** Whether its message says all there is to say. */
export function isExpected(error: unknown): error is Error {
  return error instanceof SourceError || isUsageError(error);
}

function isUsageError(error: unknown): error is Error {
  return (
    error instanceof ConfigError ||
    error instanceof ClusterNameError ||
    error instanceof MetricDefinitionError ||
    error instanceof ScheduleError
  );
}

interface Interrupt {
  readonly signal: AbortSignal;
  stop(): void;
}

/** The first SIGINT or SIGTERM ends the work in order; a second one ends the process at once. */
function watchForInterrupt(): Interrupt {
  const controller = createAbortControllerWithoutListenerLimit();
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
