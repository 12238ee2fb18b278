import type { SendQueue } from '../delivery/send-queue.ts';
import { carrySeries } from '../push-store/carry-series.ts';
import type { BatchKind, CycleDraft } from '../push-store/cycle-store.ts';
import { createTransientBatch } from '../push-store/memory-batch.ts';
import type { FoundSeries } from '../push-store/other-series.ts';
import { addCounts, type SampleCounts } from '../sample-counts.ts';
import { STALE } from '../time-series.ts';
import { protocols } from '../wire/protocols.ts';
import { Backlog } from './backlog.ts';
import { MetadataCollector } from './metadata-collector.ts';
import { pushSelfSeries } from './push-self-series.ts';
import { Push } from './push.ts';
import type { Receiver } from './receiver.ts';
import { sendMetadata } from './send-metadata.ts';
import { SeriesDiff } from './series-diff.ts';
import { SeriesWriter, type UntimedSeries } from './write-series.ts';

/**
 * Sends the series of one cycle to one receiver, which must be locked: pending samples of earlier cycles
 * first, then the results, then stale markers for the series that ended, and the self-metrics last.
 */
export class PushCycle {
  readonly #push: Push;
  readonly #backlog: Backlog;
  /** Resolves when the backlog has been sent or has failed. */
  readonly #isReady: Promise<void>;
  readonly #draft: CycleDraft;
  readonly #queue: SendQueue;
  readonly #diff: SeriesDiff;
  readonly #metadata = new MetadataCollector();
  readonly #results: SeriesWriter;
  #isDiscarded = false;

  /** @param wantedMs Milliseconds since the Unix epoch. */
  constructor(receiver: Receiver, wantedMs: number, signal: AbortSignal) {
    const { store, onWarning } = receiver.options;
    receiver.options.labels.forget();
    this.#push = new Push(receiver, { wantedMs, signal });
    this.#diff = new SeriesDiff(store, {
      codec: receiver.codec,
      onUnreadable: (reason) =>
        onWarning(
          `cannot read some series of the previous push, so they get no stale markers: ${reason}`,
        ),
    });
    this.#backlog = new Backlog(this.#push);
    // Must come before the draft, which would otherwise count as pending.
    this.#isReady = this.#backlog.send();
    this.#draft = store.begin(this.#push.timestampMs);
    this.#queue = this.#push.createQueue(this.#isReady);
    this.#results = this.#createWriter('results');
  }

  /** Waits only while the queue is full. Never rejects. */
  async write(series: Iterable<UntimedSeries>): Promise<void> {
    await this.#results.write(series);
  }

  /** Stops sending results. Self-metrics can still be sent. */
  stop(): void {
    this.#queue.abort();
  }

  /**
   * Waits until the results are sent or have failed. Never rejects.
   *
   * @param isComplete Whether the cycle contains every existing series. If so, missing series end. Otherwise
   *   they keep their last values.
   */
  async finish(isComplete: boolean): Promise<SampleCounts> {
    await this.#results.flush();
    await this.#endCycle(isComplete);
    await this.#isReady;
    const sent = await this.#queue.drain();
    return addCounts([sent, ...this.#backlog.counts()]);
  }

  /** Sends self-metrics, even after `stop`. Never rejects. */
  async sendSelfSeries(series: Iterable<UntimedSeries>): Promise<SampleCounts> {
    const push = this.#push;
    const counts = await pushSelfSeries(push, {
      series,
      diff: this.#diff,
      store: (batch) =>
        this.#isDiscarded
          ? createTransientBatch(batch)
          : this.#draft.add({ kind: 'self', batch, hashes: new Uint32Array() }),
      onSeries: (one) => this.#metadata.add(one),
      endsMissing: true,
    });
    // Does not bother an unavailable receiver, which is already reported.
    if (counts.pending === 0) await sendMetadata(push, this.#metadata);
    return counts;
  }

  stopIfFailing(): void {
    this.#push.stopIfFailing();
  }

  close(): void {
    this.#push.close();
  }

  /** Commits the cycle. An incomplete cycle without results does not replace the previous one. */
  async #endCycle(isComplete: boolean): Promise<void> {
    if (!isComplete && !this.#results.hasBatches) {
      this.#draft.discard();
      this.#push.receiver.options.store.recordTimestamp(this.#push.timestampMs);
      this.#isDiscarded = true;
      return;
    }
    await this.#end(this.#diff.undeliveredMarkers());
    if (isComplete) await this.#end(this.#diff.missing());
    else this.#carry(this.#diff.missing());
    this.#draft.commit();
  }

  #createWriter(kind: BatchKind): SeriesWriter {
    return new SeriesWriter({
      push: this.#push,
      queue: this.#queue,
      diff: this.#diff,
      onSeries: (series) => this.#metadata.add(series),
      store: (batch, hashes) => this.#draft.add({ kind, batch, hashes }),
    });
  }

  async #end(found: Iterable<FoundSeries>): Promise<void> {
    const { timestampMs } = this.#push;
    const writer = this.#createWriter('markers');
    for (const { series, high, low } of found) {
      this.#diff.hashes.push(high, low);
      await writer.add({ ...series, value: STALE, timestampMs });
    }
    await writer.flush();
  }

  /** Keeps the last known values, so that they are resent. */
  #carry(found: Iterable<FoundSeries>): void {
    const { codec, size, options } = this.#push.receiver;
    const protocol = protocols[options.choice.current];
    for (const batch of carrySeries(found, { codec, protocol, limits: size.limits })) {
      this.#draft.add(batch).acknowledge();
    }
  }
}
