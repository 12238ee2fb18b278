import type { RetryBudget } from '../../http/retry-budget.ts';
import type { RetryClock } from '../../http/retry-clock.ts';
import { BatchCodec } from '../batch/batch-codec.ts';
import type { BatchLimits } from '../batch/batch.ts';
import type { RateLimiter } from '../client/rate-limit.ts';
import { withRetries } from '../client/retrying.ts';
import type { WriteClient } from '../client/write-client.ts';
import { BatchDelivery } from '../delivery/batch-delivery.ts';
import type { ProtocolChoice } from '../delivery/protocol-choice.ts';
import { RequestSize } from '../delivery/request-size.ts';
import { TimestampOrder } from '../delivery/timestamp-order.ts';
import type { CycleStore } from '../push-store/cycle-store.ts';
import type { Compressor } from '../wire/compress.ts';
import type { ProtocolVersion } from '../wire/protocol.ts';
import type { LabelPipeline } from './label-pipeline.ts';
import { Mutex } from './mutex.ts';
import { Restamper } from './restamper.ts';
import { SelfSeriesTracker } from './self-series-tracker.ts';

export interface ReceiverOptions {
  /** One for each version; they send once and do not repeat. */
  readonly clients: Readonly<Record<ProtocolVersion, WriteClient>>;
  readonly choice: ProtocolChoice;
  readonly limits: BatchLimits;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  /** How long the receiver may fail before the rest is given up for now. */
  readonly retryBudgetMs: number;
  /** Requests in flight. */
  readonly concurrency: number;
  /** Of batches that wait and are kept nowhere else. */
  readonly maxHeldBytes: number;
  /** The same in samples. */
  readonly maxHeldSamples?: number | undefined;
  readonly rateLimiter: RateLimiter;
  /** What is older is given up instead of being sent late; 0 is no limit. */
  readonly sampleAgeLimitMs: number;
  readonly sendMetadata: boolean;
  /** Whether cycles are sent again by this process. */
  readonly repeats: boolean;
  readonly compressor: Compressor;
  readonly labels: LabelPipeline;
  readonly store: CycleStore;
  readonly runtime: RetryClock;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Told in a sentence what a person should know. */
  readonly onWarning: (message: string) => void;
  readonly onRetried: (samples: number) => void;
  readonly onDropped: (reason: DropReason, samples: number) => void;
}

/** Why samples were never offered, or given up. */
export type DropReason = 'relabeled' | 'duplicate' | 'age' | 'size';

/** One receiver, and all that must be known of it from cycle to cycle. */
export class Receiver {
  readonly options: ReceiverOptions;
  readonly codec: BatchCodec;
  readonly size: RequestSize;
  readonly restamper: Restamper;
  readonly ownBook = new SelfSeriesTracker();
  readonly #order: TimestampOrder;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: ReceiverOptions) {
    this.options = options;
    this.codec = new BatchCodec(options.compressor);
    this.size = new RequestSize(options.limits);
    this.restamper = new Restamper(this.codec, options.compressor);
    this.#order = new TimestampOrder(options.store.latestMs);
    this.#resumeOwn();
  }

  /** Gives the timestamp of the next push, in milliseconds since the Unix epoch. */
  nextTimestamp(wantedMs: number): number {
    return this.#order.next(wantedMs);
  }

  /**
   * Waits until nobody else sends. Two pushes at a time would overtake each other, and a receiver
   * refuses the older sample of a series.
   *
   * @returns Lets the next one begin.
   */
  async lock(): Promise<() => void> {
    const before = this.#turn;
    const turn = new Mutex();
    this.#turn = turn.ended;
    await before;
    return turn.end;
  }

  /** @param budget Of one push. */
  createDelivery(budget: RetryBudget): BatchDelivery {
    const { clients, choice } = this.options;
    return new BatchDelivery({
      clients: {
        '1.0': this.#withRetries(clients['1.0'], budget),
        '2.0': this.#withRetries(clients['2.0'], budget),
      },
      choice,
      codec: this.codec,
      size: this.size,
    });
  }

  #resumeOwn(): void {
    const { store, onWarning } = this.options;
    try {
      this.ownBook.resume(store.last, this.codec);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      onWarning(`what an earlier run said about itself is lost, and will not be ended: ${reason}`);
    }
  }

  #withRetries(client: WriteClient, budget: RetryBudget): WriteClient {
    const { minBackoffMs, maxBackoffMs, rateLimiter, runtime, onRetried } = this.options;
    return withRetries(client, {
      acquire: async (samples, bytes, signal) => rateLimiter.acquire(samples, bytes, signal),
      backoff: { minMs: minBackoffMs, maxMs: maxBackoffMs },
      budget,
      onRetry: onRetried,
      runtime,
    });
  }
}
