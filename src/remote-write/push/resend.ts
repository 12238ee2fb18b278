import { resendable, type StoredBatch } from '../push-store/cycle-store.ts';
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
      await queue.push(restamp(batch, { receiver, timestampMs }));
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
  readonly receiver: Receiver;
  readonly timestampMs: number;
}

/** Returns a stored batch with another timestamp. It is read and encoded only when it is sent. */
function restamp(batch: StoredBatch, { receiver, timestampMs }: RestampOptions): StoredBatch {
  const { codec, size, options } = receiver;
  return {
    kind: batch.kind,
    samples: batch.samples,
    heldBytes: 0,
    // The next resend sends the values again, with another timestamp.
    isPersisted: false,
    isAcknowledged: batch.isAcknowledged,
    acknowledgedSamples: 0,
    read() {
      const restamped = codec.restamp(batch.read(), timestampMs);
      // The receiver has the metadata already, and counts it against its rate limit.
      return size.countsMetadata ? codec.omitMetadata(restamped) : restamped;
    },
    acknowledge: (samples = batch.samples) => {
      // A persisted batch is still sent with its original timestamp.
      if (samples === batch.samples && !options.store.persistsPending) batch.acknowledge();
    },
  };
}
