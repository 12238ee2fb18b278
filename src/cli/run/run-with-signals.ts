import { ScheduleError } from '../../agent/schedule-error.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import { ClusterNameError } from '../../cycle/cluster-name.ts';
import { createAbortControllerWithoutListenerLimit } from '../../http/unlimited-abort-controller.ts';
import { MetricDefinitionError } from '../../metrics/metric-definition-error.ts';
import { SourceError } from '../../sources/scan-source.ts';
import { createLogger, type Logger } from '../output/logger.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

export interface CommandContext {
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** The default log until the command has loaded the configuration, then the configured one. */
  log: Logger;
}

export interface SignalOptions {
  /** Whether a signal is the normal way to end the command, so that its exit code is kept. */
  readonly endsBySignal?: boolean;
}

/** Runs a command. Signals stop it in an orderly way, and errors become messages and exit codes. */
export async function runWithSignals(
  work: (context: CommandContext) => Promise<ExitCode>,
  { endsBySignal = false }: SignalOptions = {},
): Promise<ExitCode> {
  const interrupt = watchForInterrupt();
  const log = createLogger(defaultLog, process.stderr.isTTY);
  const context: CommandContext = { signal: interrupt.signal, log };
  const stopWatchingErrors = watchForStrayErrors(context);
  function isInterrupted(): boolean {
    return interrupt.signal.aborted && !endsBySignal;
  }
  async function run(): Promise<ExitCode> {
    try {
      const exitCode = await work(context);
      return isInterrupted() ? reportInterrupt(context.log) : exitCode;
    } catch (error) {
      return isInterrupted() ? reportInterrupt(context.log) : reportError(error, context.log);
    }
  }
  const exitCode = await run();
  interrupt.stop();
  stopWatchingErrors();
  exitSoon(exitCode);
  return exitCode;
}

/** How long open resources may take to close after stdout is written. */
const EXIT_GRACE_MS = 500;

/**
 * Exits even if something cannot be closed, such as a query to a silent name server, or a connection
 * that an unresponsive proxy has not opened yet.
 */
function exitSoon(exitCode: ExitCode): void {
  // Even a slow reader of stdout gets everything.
  process.stdout.write('', () => {
    setTimeout(() => process.exit(exitCode), EXIT_GRACE_MS).unref();
  });
}

/** Ends the process after an unhandled error, because its state is then unknown. */
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

/** Logs the message of an expected error. Only unexpected errors show a stack trace. */
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

/** Whether the error's message is enough for the user, without a stack trace. */
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

/** The first SIGINT or SIGTERM stops the work in an orderly way. A second one ends the process immediately. */
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
