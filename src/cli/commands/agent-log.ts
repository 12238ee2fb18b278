import type { CycleFacts } from '../../agent/agent-work.ts';
import type { CycleResult } from '../../cycle/cycle-result.ts';
import type { Delivery } from '../../sinks/sink.ts';
import type { ReadAmount } from '../output/cycle-display.ts';
import { logDelivery, summarizeDelivery, summaryOf } from '../output/cycle-log.ts';
import type { Logger } from '../output/logger.ts';
import { exitCodeOf, exitCodes } from '../run/exit-codes.ts';
import { isExpected } from '../run/run-with-signals.ts';

interface Ended {
  readonly result: CycleResult;
  readonly facts: LoggedFacts;
}

interface LoggedFacts extends CycleFacts {
  readonly amount: ReadAmount;
  /** Whether what is odd counts as incomplete, too. */
  readonly isStrict: boolean;
}

/** The agent's log: one line for each cycle, and more only for what somebody should look at. */
export class AgentLog {
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #failing = new Set<string>();
  #ended: Ended | undefined;

  /** @param signal What ends the agent: it is no failure then if a cycle ends early. */
  constructor(log: Logger, signal: AbortSignal) {
    this.#log = log;
    this.#signal = signal;
  }

  cycleEnded(result: CycleResult, facts: LoggedFacts): void {
    const { deliveries } = result.status === 'done' ? result.report : result.failure;
    // Of a failed cycle, it goes without saying that its results were not delivered.
    if (result.status === 'done') for (const one of deliveries) logDelivery(one, this.#log);
    this.#ended = { result, facts };
  }

  /** Writes the line of the cycle that has just ended. */
  planned(nextCycleMs: number): void {
    if (this.#ended === undefined) return;
    const { result, facts } = this.#ended;
    this.#ended = undefined;
    const { trigger, tookMs, amount, isStrict } = facts;
    const next = new Date(nextCycleMs).toISOString();
    if (result.status === 'failed') {
      this.#logFailure(result.failure.error, { trigger, seconds: tookMs / 1000, next });
      return;
    }
    const fields = {
      trigger,
      bytes_read: amount.bytes,
      ...(amount.changed !== undefined && { images_changed: amount.changed }),
      ...summaryOf(result.report, tookMs),
      next,
    };
    const isFine = exitCodeOf(result.report, isStrict) === exitCodes.ok;
    if (isFine) this.#log.info(fields, 'cycle done');
    else this.#log.warn(fields, 'cycle incomplete');
  }

  /** A receiver that is down is told of once, and once when it is back. */
  resent(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const { sink, status, errors, warnings = [] } = delivery;
      for (const warning of warnings) this.#log.warn({ sink }, `${sink}: ${warning}`);
      const counts = summarizeDelivery(delivery);
      this.#log.debug({ ...counts, status }, 'resent values');
      const isDelivered = status === 'delivered';
      if (isDelivered && this.#failing.delete(sink))
        this.#log.info({ sink }, 'receiver is available again');
      if (isDelivered || this.#failing.has(sink)) continue;
      this.#failing.add(sink);
      this.#log.warn({ ...counts, errors }, 'could not resend values');
    }
  }

  tooOld(ageMs: number): void {
    const hours = Math.round(ageMs / 360_000) / 10;
    this.#log.warn({ hours }, 'results are too old to be sent again');
  }

  resendIntervalChanged(resendMs: number): void {
    this.#log.warn({ seconds: resendMs / 1000 }, 'the resend interval has changed');
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
