import { RetryBudget } from '../../http/retry-budget.ts';
import { createAbortControllerWithoutListenerLimit } from '../../http/unlimited-abort-controller.ts';
import type { BatchDelivery } from '../delivery/batch-delivery.ts';
import { SendQueue } from '../delivery/send-queue.ts';
import type { Receiver } from './receiver.ts';

export interface PushOptions {
  /** Milliseconds since the Unix epoch. The push gets a later time if an earlier push used this time or a later one. */
  readonly wantedMs: number;
  /** Stops the push. Samples that are not sent by then stay pending. */
  readonly signal: AbortSignal;
  /** Upper limit for the receiver's own retry budget. */
  readonly maxBudgetMs?: number;
}

/** Prometheus accepts samples that are up to an hour older than the newest one, others less. */
const MAX_STAMP_AGE_MS = 600_000;

/** Timestamp, retry budget and queues of one push to one receiver, which must be locked. */
export class Push {
  readonly receiver: Receiver;
  readonly signal: AbortSignal;
  readonly #startMs: number;
  readonly #wantedMs: number;
  #timestampMs: number;
  #stampedMs: number;
  readonly #delivery: BatchDelivery;
  readonly #budget: RetryBudget;
  readonly #releases: (() => void)[] = [];
  readonly #stop = createAbortControllerWithoutListenerLimit();

  constructor(receiver: Receiver, { wantedMs, signal, maxBudgetMs = Infinity }: PushOptions) {
    this.receiver = receiver;
    this.signal = signal;
    this.#startMs = receiver.options.runtime.now();
    this.#stampedMs = this.#startMs;
    this.#wantedMs = wantedMs;
    this.#timestampMs = receiver.nextTimestamp(wantedMs);
    this.#budget = new RetryBudget(Math.min(receiver.options.retryBudgetMs, maxBudgetMs));
    this.#delivery = receiver.createDelivery(this.#budget);
  }

  /**
   * Timestamp for the samples to be sent next, in milliseconds since the Unix epoch. It stays the same unless the
   * push takes so long that receivers could reject its samples as too old.
   */
  get timestampMs(): number {
    const nowMs = this.receiver.options.runtime.now();
    if (nowMs - this.#stampedMs >= MAX_STAMP_AGE_MS) {
      this.#stampedMs = nowMs;
      this.#timestampMs = this.receiver.nextTimestamp(this.#wantedMs + nowMs - this.#startMs);
      this.receiver.options.store.recordTimestamp(this.#timestampMs);
    }
    return this.#timestampMs;
  }

  /** @param after The queue sends nothing before this promise resolves. */
  createQueue(after?: Promise<void>): SendQueue {
    const { concurrency, maxHeldBytes, maxHeldSamples, patience } = this.receiver.options;
    const queue = new SendQueue({
      delivery: this.#delivery,
      concurrency,
      maxHeldBytes,
      maxHeldSamples,
      patience,
      ...(after && { after }),
    });
    this.#releases.push(queue.abortWith(this.signal), queue.abortWith(this.#stop.signal));
    return queue;
  }

  /** Leaves everything pending that is not sent yet, if the last request failed. */
  stopIfFailing(): void {
    if (this.#budget.isFailing) this.#stop.abort();
  }

  /** Removes the listeners on the signal, which outlives the push. */
  close(): void {
    for (const release of this.#releases.splice(0)) release();
  }
}
