import type { BatchCodec } from '../batch/batch-codec.ts';
import { type CycleStore, resendable, type StoredBatch } from '../push-store/cycle-store.ts';
import { createTransientBatch } from '../push-store/memory-batch.ts';
import { addCounts, type SampleCounts } from '../sample-counts.ts';
import { Backlog } from './backlog.ts';
import { pushSelfSeries } from './push-self-series.ts';
import { Push } from './push.ts';
import type { Receiver } from './receiver.ts';
import { SeriesDiff } from './series-diff.ts';
import type { UntimedSeries } from './write-series.ts';

/** Shorter than in a push, because the next resend sends the same values again soon. */
const MAX_BUDGET_MS = 20_000;

/** Sends the last cycle again with a new timestamp. The receiver must be locked. */
export class Resend {
  readonly #push: Push;

  /** @param wantedMs Milliseconds since the Unix epoch. */
  constructor(receiver: Receiver, wantedMs: number, signal: AbortSignal) {
    this.#push = new Push(receiver, { wantedMs, signal, maxBudgetMs: MAX_BUDGET_MS });
  }

  /**
   * Sends pending samples of earlier cycles, then the last cycle. Never rejects.
   *
   * @param withResults False if the results are too old to be resent.
   */
  async sendResults(withResults: boolean): Promise<SampleCounts> {
    const { receiver, timestampMs } = this.#push;
    const { store } = receiver.options;
    const backlog = new Backlog(this.#push);
    await backlog.send();
    store.recordTimestamp(timestampMs);
    const queue = this.#push.createQueue();
    for (const batch of withResults ? resendable(store) : []) {
      await queue.push(restamp(batch, { codec: receiver.codec, store, timestampMs }));
    }
    const resent = await queue.drain();
    return addCounts([...backlog.counts(), resent]);
  }

  /** Never rejects. */
  async sendSelfSeries(series: Iterable<UntimedSeries>): Promise<SampleCounts> {
    const { codec, options } = this.#push.receiver;
    return pushSelfSeries(this.#push, {
      series,
      diff: new SeriesDiff(options.store, { codec, onUnreadable: () => undefined }),
      store: createTransientBatch,
      onSeries: () => undefined,
      endsMissing: false,
    });
  }

  close(): void {
    this.#push.close();
  }
}

interface RestampOptions {
  readonly codec: BatchCodec;
  readonly store: CycleStore;
  readonly timestampMs: number;
}

/** Returns a stored batch with another timestamp. It is read and encoded only when it is sent. */
function restamp(batch: StoredBatch, { codec, store, timestampMs }: RestampOptions): StoredBatch {
  return {
    kind: batch.kind,
    samples: batch.samples,
    heldBytes: 0,
    // The next resend sends the values again, with another timestamp.
    isPersisted: false,
    isAcknowledged: batch.isAcknowledged,
    acknowledgedSamples: 0,
    read: () => codec.restamp(batch.read(), timestampMs),
    acknowledge: (samples = batch.samples) => {
      // A persisted batch is still sent with its original timestamp.
      if (samples === batch.samples && !store.persistsPending) batch.acknowledge();
    },
  };
}
