import { setImmediate as nextTurn } from 'node:timers/promises';

import { type Batch, Batcher } from '../batch.ts';
import type { BatchKind, CycleDraft } from '../cycles/cycle-store.ts';
import type { BatchDelivery } from '../delivery/batch-delivery.ts';
import { SendQueue, type SendReport } from '../delivery/send-queue.ts';
import { STALE, type TimeSeries } from '../time-series.ts';
import { protocols } from '../wire/protocols.ts';
import { MetadataBook } from './metadata-book.ts';
import { addReports, type PushReport } from './push-report.ts';
import type { Receiver } from './receiver.ts';
import { sendMetadata } from './send-metadata.ts';
import { sendPending } from './send-pending.ts';
import { SeriesDiff } from './series-diff.ts';

/** Series without a time: all get that of their push. */
export type UntimedSeries = Omit<TimeSeries, 'timestampMs'>;

/** Series about the sender itself, given what became of everything else. */
export type OwnSeries = (results: SendReport) => Iterable<UntimedSeries>;

/** One cycle's series on their way to one receiver, which must have given it its turn. */
export class OutgoingCycle {
  readonly #receiver: Receiver;
  readonly #timestampMs: number;
  readonly #pending: Promise<SendReport[]>;
  readonly #draft: CycleDraft;
  readonly #delivery: BatchDelivery;
  readonly #signal: AbortSignal;
  #queue: SendQueue;
  readonly #diff: SeriesDiff;
  readonly #batcher: Batcher;
  readonly #metadata = new MetadataBook();
  readonly #releases: (() => void)[] = [];
  /** Of the series that are added now. */
  #kind: BatchKind = 'results';
  #hasResults = false;

  /** @param wantedMs Milliseconds since the Unix epoch. */
  constructor(receiver: Receiver, wantedMs: number, signal: AbortSignal) {
    const { store, compressor, choice } = receiver.options;
    this.#receiver = receiver;
    this.#timestampMs = receiver.nextTimestamp(wantedMs);
    this.#diff = new SeriesDiff(store, receiver.codec);
    this.#signal = signal;
    this.#delivery = receiver.createDelivery();
    this.#pending = sendPending(receiver, { delivery: this.#delivery, signal });
    this.#draft = store.begin(this.#timestampMs);
    this.#queue = this.#createQueue(this.#pending.then(() => undefined));
    this.#batcher = new Batcher({
      protocol: () => protocols[choice.current],
      compress: (raw) => compressor.compress(raw),
      limits: () => receiver.size.limits,
      onRefused: (reason) => this.#queue.refuse(reason),
    });
  }

  /** Waits only while too much waits to be sent. Never rejects. */
  async write(series: Iterable<UntimedSeries>): Promise<void> {
    const { labels: pipeline, onDropped } = this.#receiver.options;
    for (const one of series) {
      const labels = pipeline.apply(one.labels);
      if (labels === undefined) onDropped('relabeled', 1);
      else if (!this.#diff.add(labels)) onDropped('duplicate', 1);
      else {
        const batch = this.#batchWith(one, labels);
        if (batch !== undefined) await this.#push(batch);
      }
    }
  }

  /** Sends nothing more than what the agent says about itself. */
  stop(): void {
    this.#queue.abort();
  }

  /**
   * Ends the series that are gone, if the cycle has seen all there are; else keeps them as they were.
   *
   * @param own Asked when all else is delivered or given up, and told how that went.
   */
  async finish(isComplete: boolean, own: OwnSeries): Promise<PushReport> {
    await this.#flush();
    if (isComplete || this.#hasResults) {
      if (isComplete) await this.#endVanished();
      else this.#carryVanished();
      this.#draft.commit(this.#diff.seen);
    }
    const results = addReports([await this.#queue.drain(), ...(await this.#pending)]);
    const rest = await this.#sendOwn(own(results));
    if (!isComplete && !this.#hasResults) this.#draft.discard();
    for (const release of this.#releases) release();
    return { results, own: rest };
  }

  /** Also after a stop: the agent can always say that it had to. */
  async #sendOwn(series: Iterable<UntimedSeries>): Promise<SendReport> {
    this.#queue = this.#createQueue();
    this.#kind = 'own';
    await this.write(series);
    await this.#flush();
    await sendMetadata(this.#receiver, this.#metadata, this.#queue);
    return this.#queue.drain();
  }

  /** The batch that the series completes. */
  #batchWith(
    { metadata, value }: Pick<UntimedSeries, 'metadata' | 'value'>,
    labels: TimeSeries['labels'],
  ): Batch | undefined {
    const timestampMs = this.#timestampMs;
    const series: TimeSeries = { labels, metadata, value, timestampMs };
    this.#metadata.note(series);
    return this.#batcher.add(series);
  }

  async #add(series: UntimedSeries): Promise<void> {
    const batch = this.#batchWith(series, series.labels);
    if (batch !== undefined) await this.#push(batch);
  }

  async #flush(): Promise<void> {
    const rest = this.#batcher.flush();
    if (rest !== undefined) await this.#push(rest);
  }

  async #push(batch: Batch): Promise<void> {
    this.#hasResults ||= this.#kind === 'results';
    await this.#queue.push(this.#draft.add(this.#kind, batch));
    // Encoding one batch after the other would leave the sockets no time to send them.
    await nextTurn();
  }

  async #endVanished(): Promise<void> {
    this.#kind = 'markers';
    for (const series of this.#vanished()) await this.#add({ ...series, value: STALE });
    await this.#flush();
  }

  /** Their last values are the best that is known: they are sent again with the others. */
  #carryVanished(): void {
    const { codec, size, options } = this.#receiver;
    const carried = codec.encode(
      this.#takeVanished(),
      protocols[options.choice.current],
      size.limits,
    );
    for (const batch of carried) this.#draft.add('carried', batch).settle();
  }

  *#takeVanished(): Generator<TimeSeries> {
    for (const series of this.#vanished()) {
      if (series.value === STALE) continue;
      this.#diff.add(series.labels);
      yield { ...series, timestampMs: this.#timestampMs };
    }
  }

  *#vanished(): Generator<TimeSeries> {
    try {
      yield* this.#diff.vanished();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#receiver.options.onWarning(
        `series that are gone cannot be ended, because the cycle before cannot be read: ${reason}`,
      );
    }
  }

  #createQueue(after?: Promise<void>): SendQueue {
    const { concurrency, maxHeldBytes } = this.#receiver.options;
    const queue = new SendQueue({
      delivery: this.#delivery,
      concurrency,
      maxHeldBytes,
      ...(after && { after }),
    });
    this.#releases.push(queue.abortWith(this.#signal));
    return queue;
  }
}
