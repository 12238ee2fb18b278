import type { RetryBudget } from '../../http/retry-budget.ts';
import type { RetryClock } from '../../http/retry-clock.ts';
import { BatchCodec } from '../batch/batch-codec.ts';
import type { BatchLimits } from '../batch/batch.ts';
import type { RateLimiter } from '../client/rate-limit.ts';
import { type AttemptFailure, withRetries } from '../client/retrying.ts';
import type { WriteClient } from '../client/write-client.ts';
import { BatchDelivery } from '../delivery/batch-delivery.ts';
import type { Patience } from '../delivery/patience.ts';
import type { ProtocolChoice } from '../delivery/protocol-choice.ts';
import { RequestSize } from '../delivery/request-size.ts';
import { TimestampOrder } from '../delivery/timestamp-order.ts';
import type { CycleStore } from '../push-store/cycle-store.ts';
import type { Compressor } from '../wire/compress.ts';
import type { ProtocolVersion } from '../wire/protocol.ts';
import type { LabelPipeline } from './label-pipeline.ts';
import { Mutex } from './mutex.ts';
import { SelfSeriesTracker } from './self-series-tracker.ts';

export interface ReceiverOptions {
  /** One client per protocol version. They do not retry. */
  readonly clients: Readonly<Record<ProtocolVersion, WriteClient>>;
  readonly choice: ProtocolChoice;
  readonly limits: BatchLimits;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  /** How long the receiver may fail before the rest of a push counts as failed. */
  readonly retryBudgetMs: number;
  /** Maximum number of requests in flight. */
  readonly concurrency: number;
  /** Maximum size of queued batches that are stored nowhere else. */
  readonly maxHeldBytes: number;
  /** Like `maxHeldBytes`, but in samples. */
  readonly maxHeldSamples?: number | undefined;
  /** Set if other receivers wait for this one. */
  readonly patience?: Patience | undefined;
  readonly rateLimiter: RateLimiter;
  /** Pending samples older than this are dropped. 0 means no limit. */
  readonly sampleAgeLimitMs: number;
  readonly sendMetadata: boolean;
  readonly compressor: Compressor;
  readonly labels: LabelPipeline;
  readonly store: CycleStore;
  readonly runtime: RetryClock;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  readonly onWarning: (message: string) => void;
  readonly onRetried: (samples: number) => void;
  readonly onFailure?: (failure: AttemptFailure) => void;
  readonly onAnswer?: () => void;
  readonly onDropped: (reason: DropReason, samples: number) => void;
}

/** Reason why samples were dropped before the receiver accepted them. */
export type DropReason = 'relabeled' | 'duplicate' | 'age' | 'size';

/** A remote-write receiver, with the state that outlives a push. */
export class Receiver {
  readonly options: ReceiverOptions;
  readonly codec: BatchCodec;
  readonly size: RequestSize;
  readonly selfSeries = new SelfSeriesTracker();
  readonly #order: TimestampOrder;
  readonly #mutex = new Mutex();

  constructor(options: ReceiverOptions) {
    this.options = options;
    this.codec = new BatchCodec(options.compressor);
    this.size = new RequestSize(options.limits);
    this.#order = new TimestampOrder(options.store.latestMs);
    this.#resumeSelfSeries();
  }

  /** Returns the timestamp of the next push, in milliseconds since the Unix epoch. */
  nextTimestamp(wantedMs: number): number {
    return this.#order.next(wantedMs);
  }

  /**
   * Waits until no other push is running. Concurrent pushes could overtake each other, and receivers
   * reject the older sample of a series.
   *
   * @returns Releases the lock.
   */
  async lock(): Promise<() => void> {
    return this.#mutex.lock();
  }

  /** @param budget Retry budget of one push. */
  createDelivery(budget: RetryBudget): BatchDelivery {
    const { clients, choice, onWarning } = this.options;
    return new BatchDelivery({
      clients: {
        '1.0': this.#withRetries(clients['1.0'], budget),
        '2.0': this.#withRetries(clients['2.0'], budget),
      },
      choice,
      codec: this.codec,
      size: this.size,
      onWarning,
    });
  }

  #resumeSelfSeries(): void {
    const { store, onWarning } = this.options;
    try {
      this.selfSeries.resume(store.last, this.codec);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      onWarning(
        `cannot read self-metrics of an earlier run, so they get no stale markers: ${reason}`,
      );
    }
  }

  #withRetries(client: WriteClient, budget: RetryBudget): WriteClient {
    const { minBackoffMs, maxBackoffMs, rateLimiter, runtime, onRetried } = this.options;
    const { onFailure, onAnswer } = this.options;
    return withRetries(client, {
      acquire: async (samples, bytes, signal) => rateLimiter.acquire(samples, bytes, signal),
      backoff: { minMs: minBackoffMs, maxMs: maxBackoffMs },
      budget,
      onRetry: onRetried,
      onFailure,
      onAnswer,
      runtime,
    });
  }
}
