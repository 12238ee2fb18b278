import { setImmediate as nextTurn } from 'node:timers/promises';

import { type Batch, Batcher } from '../batch/batch.ts';
import type { SendQueue } from '../delivery/send-queue.ts';
import type { StoredBatch } from '../push-store/cycle-store.ts';
import type { Label, TimeSeries } from '../time-series.ts';
import { protocols } from '../wire/protocols.ts';
import type { Push } from './push.ts';
import type { SeriesDiff } from './series-diff.ts';

/** A time series whose sample gets the timestamp of its push. */
export type UntimedSeries = Omit<TimeSeries, 'timestampMs'>;

export interface SeriesWriterOptions {
  readonly push: Push;
  readonly queue: SendQueue;
  readonly diff: SeriesDiff;
  /** Called for each series before it is sent. */
  readonly onSeries: (series: TimeSeries) => void;
  /**
   * Stores a full batch.
   *
   * @param hashes Halves of the hashes of the batch's series, in the same order.
   */
  readonly store: (batch: Batch, hashes: Uint32Array) => StoredBatch;
}

/** Turns series into batches, stores them and queues them. */
export class SeriesWriter {
  readonly #options: SeriesWriterOptions;
  readonly #batcher: Batcher;
  #hasBatches = false;
  #timestampMs = NaN;

  constructor(options: SeriesWriterOptions) {
    this.#options = options;
    const { push, queue, diff } = options;
    const { receiver } = push;
    const { choice, compressor } = receiver.options;
    this.#batcher = new Batcher({
      protocol: () => protocols[choice.current],
      compress: (raw) => compressor.compress(raw),
      limits: () => receiver.size.limits,
      onInvalid: (reason) => {
        diff.hashes.pop();
        queue.reject(reason);
      },
    });
  }

  /** Whether a batch was written. */
  get hasBatches(): boolean {
    return this.#hasBatches;
  }

  /** Applies external labels and relabeling. Waits only while the queue is full. Never rejects. */
  async write(series: Iterable<UntimedSeries>): Promise<void> {
    const { push, diff } = this.#options;
    const { labels: pipeline, onDropped } = push.receiver.options;
    const { timestampMs } = push;
    for (const one of series) {
      const labels = pipeline.apply(one.labels);
      if (labels === undefined) onDropped('relabeled', 1);
      else if (!diff.add(labels)) this.#rejectDuplicate(labels);
      else {
        const written: TimeSeries = {
          labels,
          metadata: one.metadata,
          value: one.value,
          timestampMs,
          startMs: one.startMs,
        };
        this.#options.onSeries(written);
        // Awaiting after every series would cost more than encoding the series.
        const added = this.#add(written);
        if (added !== undefined) await added;
      }
    }
  }

  /** Adds a series whose labels are final and whose hash is already in the diff. */
  async add(series: TimeSeries): Promise<void> {
    await this.#add(series);
  }

  async flush(): Promise<void> {
    const rest = this.#batcher.flush();
    if (rest !== undefined) await this.#push(rest);
  }

  /** All samples of a request have the same timestamp, so that resends can replace it. */
  #add(series: TimeSeries): Promise<void> | undefined {
    if (series.timestampMs !== this.#timestampMs) {
      this.#timestampMs = series.timestampMs;
      const before = this.#batcher.flush();
      if (before !== undefined) return this.#push(before).then(async () => this.#add(series));
    }
    const batch = this.#batcher.add(series);
    return batch === undefined ? undefined : this.#push(batch);
  }

  /** A silent drop would hide a workload. */
  #rejectDuplicate(labels: readonly Label[]): void {
    const { push, queue } = this.#options;
    push.receiver.options.onDropped('duplicate', 1);
    queue.reject(`another series has the same labels: ${describeLabels(labels)}`);
  }

  async #push(batch: Batch): Promise<void> {
    const { diff, store, queue } = this.#options;
    this.#hasBatches = true;
    await queue.push(store(batch, diff.hashes.take(batch.samples)));
    // Lets the sockets send between two batches.
    await nextTurn();
  }
}

const MAX_DESCRIPTION = 300;

function describeLabels(labels: readonly Label[]): string {
  const text = labels.map(({ name, value }) => `${name}=${JSON.stringify(value)}`).join(', ');
  return `{${text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION)}…` : text}}`;
}
