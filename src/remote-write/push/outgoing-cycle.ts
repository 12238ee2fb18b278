import { setImmediate as nextTurn } from 'node:timers/promises';

import { RetryBudget } from '../../http/retry-budget.ts';
import { type Batch, Batcher } from '../batch/batch.ts';
import type { BatchDelivery } from '../delivery/batch-delivery.ts';
import { SendQueue, type SendReport } from '../delivery/send-queue.ts';
import { carrySeries } from '../push-store/carry-series.ts';
import type { BatchKind, CycleDraft, KeptBatch } from '../push-store/cycle-store.ts';
import { createPassingBatch } from '../push-store/memory-batch.ts';
import type { FoundSeries } from '../push-store/other-series.ts';
import { STALE, type TimeSeries } from '../time-series.ts';
import { protocols } from '../wire/protocols.ts';
import { Backlog } from './backlog.ts';
import { MetadataCollector } from './metadata-collector.ts';
import { Mutex } from './mutex.ts';
import { addReports, type PushReport } from './push-report.ts';
import type { Receiver } from './receiver.ts';
import { sendMetadata } from './send-metadata.ts';
import { SeriesDiff } from './series-diff.ts';

/** Series without a time: all get that of their push. */
export type UntimedSeries = Omit<TimeSeries, 'timestampMs'>;

/** Series about the sender itself, given what became of everything else. */
export type SelfSeries = (results: SendReport) => Iterable<UntimedSeries>;

/** One cycle's series on their way to one receiver, which must have given it its turn. */
export class OutgoingCycle {
  readonly #receiver: Receiver;
  readonly #timestampMs: number;
  readonly #backlog: Backlog;
  /** Until then nothing of the cycle is sent. */
  readonly #isReady: Promise<void>;
  /** Ends when the first batch waits to be sent, or none will. */
  readonly #reading = new Mutex();
  readonly #draft: CycleDraft;
  readonly #delivery: BatchDelivery;
  readonly #signal: AbortSignal;
  #queue: SendQueue;
  readonly #diff: SeriesDiff;
  readonly #batcher: Batcher;
  readonly #metadata = new MetadataCollector();
  readonly #releases: (() => void)[] = [];
  /** Of the series that are added now. */
  #kind: BatchKind = 'results';
  #hasResults = false;
  readonly #own: TimeSeries[] = [];
  #hasBatches = false;
  #isDiscarded = false;

  /** @param wantedMs Milliseconds since the Unix epoch. */
  constructor(receiver: Receiver, wantedMs: number, signal: AbortSignal) {
    const { store, compressor, choice, onWarning } = receiver.options;
    this.#receiver = receiver;
    this.#timestampMs = receiver.nextTimestamp(wantedMs);
    this.#diff = new SeriesDiff(store, {
      codec: receiver.codec,
      onUnreadable: (reason) =>
        onWarning(`series of the cycle before are lost, and will not be ended: ${reason}`),
    });
    this.#signal = signal;
    const budget = new RetryBudget(receiver.options.retryBudgetMs);
    this.#delivery = receiver.createDelivery(budget);
    this.#batcher = new Batcher({
      protocol: () => protocols[choice.current],
      compress: (raw) => compressor.compress(raw),
      limits: () => receiver.size.limits,
      onRefused: (reason) => {
        this.#diff.hashes.pop();
        this.#queue.refuse(reason);
      },
    });
    this.#backlog = new Backlog(receiver, { delivery: this.#delivery, budget, signal });
    // Before the draft: what is pending does not include it.
    this.#isReady = this.#sendBacklog();
    this.#draft = store.begin(this.#timestampMs);
    this.#queue = this.#createQueue(this.#isReady);
  }

  async #sendBacklog(): Promise<void> {
    await this.#backlog.send();
    await this.#reading.ended;
    if (this.#hasBatches) await this.#backlog.passBy();
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
    this.#reading.end();
    this.#queue.abort();
  }

  /**
   * Ends the series that are gone, if the cycle has seen all there are; else keeps them as they were.
   *
   * @param own Asked when all else is delivered or given up, and told how that went.
   */
  async finish(isComplete: boolean, own: SelfSeries): Promise<PushReport> {
    try {
      await this.#flush();
      await this.#close(isComplete);
      this.#reading.end();
      await this.#isReady;
      const sent = await this.#queue.drain();
      const results = addReports([sent, ...(await this.#backlog.conclude(sent))]);
      return { results, own: await this.#sendOwn(own(results)) };
    } finally {
      for (const release of this.#releases) release();
    }
  }

  /** A cycle that has read nothing at all leaves the one before it in its place. */
  async #close(isComplete: boolean): Promise<void> {
    if (isComplete || this.#hasResults) {
      await this.#end(this.#diff.ended());
      if (isComplete) await this.#end(this.#diff.vanished());
      else this.#carry(this.#diff.vanished());
      this.#draft.commit();
    } else {
      this.#draft.discard();
      this.#receiver.options.store.noteTimestamp(this.#timestampMs);
      this.#isDiscarded = true;
    }
  }

  /** Also after a stop: the agent can always say that it had to. */
  async #sendOwn(series: Iterable<UntimedSeries>): Promise<SendReport> {
    this.#queue = this.#createQueue();
    this.#kind = 'own';
    await this.write(series);
    const gone = await this.#endOwn();
    await this.#flush();
    const report = await this.#queue.drain();
    const { ownBook } = this.#receiver;
    ownBook.add(this.#own);
    // What is not taken, and kept nowhere, is said again.
    if (report.waitingSamples === report.keptSamples) ownBook.add(gone);
    // Whoever is not there was told of already.
    if (report.waitingSamples === 0) {
      const createQueue = (): SendQueue => this.#createQueue();
      await sendMetadata(this.#receiver, this.#metadata, { createQueue, signal: this.#signal });
    }
    return report;
  }

  /** Whoever says nothing does not say that anything is gone. */
  async #endOwn(): Promise<TimeSeries[]> {
    if (this.#own.length === 0) return [];
    const timestampMs = this.#timestampMs;
    const gone = this.#receiver.ownBook
      .missing(this.#own)
      .filter(({ labels }) => this.#diff.add(labels))
      .map((one): TimeSeries => ({ ...one, value: STALE, timestampMs }));
    for (const one of gone) {
      const batch = this.#batcher.add(one);
      if (batch !== undefined) await this.#push(batch);
    }
    return gone;
  }

  /** The batch that the series completes. */
  #batchWith(
    { metadata, value }: Pick<UntimedSeries, 'metadata' | 'value'>,
    labels: TimeSeries['labels'],
  ): Batch | undefined {
    const timestampMs = this.#timestampMs;
    const series: TimeSeries = { labels, metadata, value, timestampMs };
    // Series that end come out of requests, and those of 1.0 do not say what they are.
    if (this.#kind !== 'markers') this.#metadata.note(series);
    if (this.#kind === 'own') this.#own.push(series);
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
    this.#hasBatches = true;
    this.#reading.end();
    await this.#queue.push(this.#keep(batch));
    // Encoding one batch after the other would leave the sockets no time to send them.
    await nextTurn();
  }

  #keep(batch: Batch): KeptBatch {
    const hashes = this.#diff.hashes.take(batch.samples);
    if (this.#isDiscarded) return createPassingBatch(batch);
    const kind = this.#kind;
    const isOwn = kind === 'own';
    const kept = this.#draft.add({ kind, batch, hashes: isOwn ? new Uint32Array() : hashes });
    // While results are read there is time for it; between cycles many agents share a node.
    if (kind === 'results' && this.#receiver.options.repeats) {
      this.#receiver.restamper.prepare(kept, batch);
    }
    return kept;
  }

  async #end(found: Iterable<FoundSeries>): Promise<void> {
    this.#kind = 'markers';
    for (const { series, high, low } of found) {
      this.#diff.hashes.push(high, low);
      await this.#add({ ...series, value: STALE });
    }
    await this.#flush();
  }

  /** Their last values are the best that is known: they are sent again with the others. */
  #carry(found: Iterable<FoundSeries>): void {
    const { codec, size, options } = this.#receiver;
    const carried = carrySeries(found, {
      codec,
      protocol: protocols[options.choice.current],
      limits: size.limits,
    });
    for (const batch of carried) this.#draft.add(batch).settle();
  }

  #createQueue(after?: Promise<void>): SendQueue {
    const { concurrency, maxHeldBytes, maxHeldSamples } = this.#receiver.options;
    const queue = new SendQueue({
      delivery: this.#delivery,
      concurrency,
      maxHeldBytes,
      maxHeldSamples,
      ...(after && { after }),
    });
    this.#releases.push(queue.abortWith(this.#signal));
    return queue;
  }
}
