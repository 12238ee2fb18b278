import type { CycleFacts } from '../../agent/agent-work.ts';
import type { AgentObserver } from '../../agent/agent.ts';
import type { Config } from '../../config/schema.ts';
import type { CycleResult } from '../../cycle/cycle-result.ts';
import type { CycleObserver } from '../../cycle/run-cycle.ts';
import type { Delivery } from '../../sinks/sink.ts';
import { CycleDisplay } from '../output/cycle-display.ts';
import { logDelivery, summarizeDelivery, summaryOf } from '../output/cycle-log.ts';
import type { Logger } from '../output/logger.ts';
import { exitCodeOf, exitCodes } from '../run/exit-codes.ts';
import { isExpected } from '../run/run-with-signals.ts';

export interface AgentLogOptions {
  readonly config: Pick<Config, 'log' | 'strict'>;
  /** The signal that stops the agent. A cycle interrupted by it does not count as failed. */
  readonly signal: AbortSignal;
}

interface EndedCycle extends CycleFacts {
  readonly result: CycleResult;
}

/** The log of an agent: one line per cycle, and more only for problems. */
export class AgentLog implements AgentObserver {
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #failing = new Set<string>();
  #config: AgentLogOptions['config'];
  #display: CycleDisplay | undefined;
  #ended: EndedCycle | undefined;

  constructor(log: Logger, { config, signal }: AgentLogOptions) {
    this.#log = log;
    this.#config = config;
    this.#signal = signal;
  }

  started({ agent: { schedule } }: Config): void {
    this.#log.info({ schedule }, 'agent started');
  }

  stopping(): void {
    this.#log.info('stopping');
  }

  stopped(): void {
    this.#log.info('agent stopped');
  }

  watchCycle(): { readonly observer: CycleObserver; readonly end: () => void } {
    const display = new CycleDisplay(this.#config, this.#log);
    this.#display = display;
    return { observer: display.observer, end: () => display.end() };
  }

  cycleEnded(result: CycleResult, { trigger, tookMs }: CycleFacts): void {
    // A failed cycle only delivers earlier results and self-metrics.
    if (result.status === 'done') {
      for (const delivery of result.report.deliveries) logDelivery(delivery, this.#log);
    }
    this.#ended = { result, trigger, tookMs };
  }

  /** Logs the cycle that has just ended. */
  cyclePlanned(nextCycleMs: number): void {
    if (this.#ended === undefined) return;
    const { result, trigger, tookMs } = this.#ended;
    this.#ended = undefined;
    const next = new Date(nextCycleMs).toISOString();
    if (result.status === 'failed') {
      this.#logFailure(result.failure.error, { trigger, seconds: tookMs / 1000, next });
      return;
    }
    const { bytes, changed } = this.#display?.read ?? { bytes: 0 };
    const fields = {
      trigger,
      bytes_read: bytes,
      ...(changed !== undefined && { images_changed: changed }),
      ...summaryOf(result.report, tookMs),
      next,
    };
    const isComplete = exitCodeOf(result.report, this.#config.strict) === exitCodes.ok;
    if (isComplete) this.#log.info(fields, 'cycle done');
    else this.#log.warn(fields, 'cycle incomplete');
  }

  /** Logs once when a receiver becomes unavailable, and once when it is available again. */
  resent(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const { sink, status, errors, warnings = [] } = delivery;
      for (const warning of warnings) this.#log.warn({ sink }, `${sink}: ${warning}`);
      const counts = summarizeDelivery(delivery);
      this.#log.debug({ ...counts, status }, 'resent values');
      const isDelivered = status === 'delivered';
      if (isDelivered && this.#failing.delete(sink)) {
        this.#log.info({ sink }, 'receiver is available again');
      }
      if (isDelivered || this.#failing.has(sink)) continue;
      this.#failing.add(sink);
      this.#log.warn({ ...counts, errors }, 'could not resend values');
    }
  }

  resultsExpired(ageMs: number): void {
    const hours = Math.round(ageMs / 360_000) / 10;
    this.#log.warn({ hours }, 'stopped resending results because they are too old');
  }

  resendIntervalChanged(resendMs: number): void {
    this.#log.warn({ seconds: resendMs / 1000 }, 'changed the resend interval');
  }

  reloaded(config: Config): void {
    this.#config = config;
    this.#log.level = config.log.level;
    this.#log.info('reloaded the configuration');
  }

  reloadFailed({ message }: Error): void {
    this.#log.error(
      { error: message },
      'kept the old configuration because the new one is invalid',
    );
  }

  deliveryTimedOut(): void {
    this.#log.warn('stopped before a delivery ended');
  }

  seriesEnded(delivery: Delivery): void {
    logDelivery(delivery, this.#log);
  }

  watchWarning(message: string): void {
    this.#log.warn(message);
  }

  watchFailed({ message }: Error): void {
    this.#log.warn({ error: message }, 'cannot watch for changes at the moment');
  }

  receiverFailing(message: string): void {
    this.#log.warn(message);
  }

  heartbeatFailed(path: string, reason: string): void {
    this.#log.warn({ path, error: reason }, 'cannot write the heartbeat file');
  }

  #logFailure(error: unknown, fields: object): void {
    if (this.#signal.aborted) {
      this.#log.info(fields, 'cycle stopped');
      return;
    }
    if (isExpected(error)) this.#log.error({ ...fields, error: error.message }, 'cycle failed');
    else this.#log.error({ ...fields, err: error }, 'cycle failed unexpectedly; please report it');
  }
}
