import { createAbortControllerWithoutListenerLimit } from '../../http/unlimited-abort-controller.ts';
import { whenAborted } from '../../http/when-aborted.ts';
import type { StoredBatch } from '../push-store/cycle-store.ts';
import { EvictedError } from '../push-store/evicted-error.ts';
import type { SampleCounts } from '../sample-counts.ts';
import type { BatchDelivery } from './batch-delivery.ts';
import { ErrorTally } from './error-tally.ts';
import type { Patience } from './patience.ts';

export interface SendQueueOptions {
  readonly delivery: Pick<BatchDelivery, 'deliver'>;
  /** Maximum number of requests in flight. They can overtake each other, so no two contain the same series. */
  readonly concurrency: number;
  /** Maximum size of queued batches. A single batch always fits. */
  readonly maxHeldBytes: number;
  /** Like `maxHeldBytes`, but in samples. No limit if absent. */
  readonly maxHeldSamples?: number | undefined;
  /** Default: `push` waits until there is room. */
  readonly patience?: Patience | undefined;
  /** Sending starts when this promise resolves. It must not reject. */
  readonly after?: Promise<void>;
}

/** Sends batches to one receiver. Each receiver has its own queue, so that none waits for another. */
export class SendQueue {
  readonly #options: SendQueueOptions;
  readonly #abort = createAbortControllerWithoutListenerLimit();
  readonly #errors = new ErrorTally();
  readonly #queued: StoredBatch[] = [];
  #heldBytes = 0;
  #heldSamples = 0;
  #inFlight = 0;
  #sent = 0;
  #rejected = 0;
  #possiblyStored = 0;
  #tooOld = 0;
  #pending = 0;
  #persisted = 0;
  #bytes = 0;
  /** Time of the last end of a request, or of the start of the first one. */
  #lastAnswerMs = performance.now();
  #isOpen: boolean;
  readonly #wakeUps: (() => void)[] = [];

  constructor(options: SendQueueOptions) {
    this.#options = options;
    this.#isOpen = options.after === undefined;
    void this.#openAfter(options.after);
  }

  /**
   * Waits while the queue is full, then queues the batch. With `patience`, stops waiting for a receiver that does
   * not answer. Never rejects.
   */
  async push(batch: StoredBatch): Promise<void> {
    const hasRoom = await this.#waitForRoom(batch);
    if (this.#abort.signal.aborted || !hasRoom) {
      this.#leavePending(batch, hasRoom ? STOPPED : UNAVAILABLE);
      return;
    }
    this.#queued.push(batch);
    this.#hold(batch, 1);
    this.#startDeliveries();
  }

  /** Counts samples that are invalid and were not queued. */
  reject(reason: string, samples = 1): void {
    this.#rejected += samples;
    this.#errors.add(`not sent: ${reason}`);
  }

  /** Waits until every batch is delivered or has failed. Never rejects. */
  async drain(): Promise<SampleCounts> {
    while (this.#inFlight > 0 || this.#queued.length > 0) await this.#nextChange();
    return {
      sent: this.#sent,
      rejected: this.#rejected,
      ...(this.#possiblyStored > 0 && { possiblyStored: this.#possiblyStored }),
      ...(this.#tooOld > 0 && { tooOld: this.#tooOld }),
      pending: this.#pending,
      persisted: this.#persisted,
      bytes: this.#bytes,
      errors: this.#errors.sentences(),
    };
  }

  /** Aborts requests in flight. Queued batches, and those pushed later, stay pending. */
  abort(): void {
    this.#abort.abort();
    for (const batch of this.#queued.splice(0)) this.#leavePending(batch);
    this.#heldBytes = 0;
    this.#heldSamples = 0;
    this.#announceChange();
  }

  /** Aborts when the signal does. Returns a function that removes the listener. */
  abortWith(signal: AbortSignal): () => void {
    return whenAborted(signal, () => this.abort());
  }

  async #openAfter(after: Promise<void> | undefined): Promise<void> {
    await after;
    this.#isOpen = true;
    this.#startDeliveries();
  }

  /** Returns false if the batch exceeds the limit in bytes and the receiver does not answer. */
  async #waitForRoom(batch: StoredBatch): Promise<boolean> {
    const { patience } = this.#options;
    for (;;) {
      const limit = this.#exceededLimit(batch);
      if (limit === undefined) return true;
      const limitMs = patience?.[limit];
      const silenceMs = performance.now() - this.#lastAnswerMs;
      if (limitMs === undefined) await this.#nextChange();
      else if (silenceMs < limitMs) await this.#nextChange(limitMs - silenceMs);
      else return limit === 'samplesMs';
    }
  }

  /** Names the limit by its patience. */
  #exceededLimit({ heldBytes, samples }: StoredBatch): keyof Patience | undefined {
    if (this.#queued.length === 0) return undefined;
    const { maxHeldBytes, maxHeldSamples = Infinity } = this.#options;
    if (this.#heldBytes + heldBytes > maxHeldBytes) return 'bytesMs';
    const isOver = heldBytes > 0 && this.#heldSamples + samples > maxHeldSamples;
    return isOver ? 'samplesMs' : undefined;
  }

  /** Batches on disk take no memory, so they do not count. */
  #hold({ heldBytes, samples }: StoredBatch, sign: 1 | -1): void {
    this.#heldBytes += sign * heldBytes;
    if (heldBytes > 0) this.#heldSamples += sign * samples;
  }

  #startDeliveries(): void {
    while (this.#isOpen && this.#inFlight < this.#options.concurrency) {
      const batch = this.#queued.shift();
      if (batch === undefined) return;
      this.#hold(batch, -1);
      if (this.#inFlight === 0) this.#lastAnswerMs = performance.now();
      this.#inFlight++;
      void this.#deliver(batch);
    }
  }

  async #deliver(batch: StoredBatch): Promise<void> {
    const { signal } = this.#abort;
    try {
      const { delivery } = this.#options;
      this.#record(batch, await delivery.deliver(batch.read(), signal, batch.acknowledgedSamples));
    } catch (error) {
      if (signal.aborted) this.#leavePending(batch);
      else if (error instanceof EvictedError)
        this.#leavePending(batch, `not sent: ${error.message}`);
      else this.#rejectUnreadable(batch, error);
    }
    this.#inFlight--;
    this.#lastAnswerMs = performance.now();
    this.#startDeliveries();
    this.#announceChange();
  }

  #record(batch: StoredBatch, counts: SampleCounts): void {
    this.#sent += counts.sent;
    this.#rejected += counts.rejected;
    this.#possiblyStored += counts.possiblyStored ?? 0;
    this.#tooOld += counts.tooOld ?? 0;
    this.#addPending(batch, counts.pending);
    this.#bytes += counts.bytes;
    for (const error of counts.errors) this.#errors.add(error);
    batch.acknowledge(batch.samples - counts.pending);
  }

  #leavePending(batch: StoredBatch, reason = STOPPED): void {
    this.#addPending(batch, batch.samples - batch.acknowledgedSamples);
    this.#errors.add(reason);
  }

  #addPending({ isPersisted }: StoredBatch, samples: number): void {
    this.#pending += samples;
    if (isPersisted) this.#persisted += samples;
  }

  /** Rejects a batch that cannot be read or encoded, because every other attempt would fail as well. */
  #rejectUnreadable(batch: StoredBatch, error: unknown): void {
    this.reject(
      error instanceof Error ? error.message : String(error),
      batch.samples - batch.acknowledgedSamples,
    );
    batch.acknowledge();
  }

  async #nextChange(maxMs?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wakeUps.push(resolve);
      if (maxMs !== undefined) timer = setTimeout(resolve, maxMs);
    });
    clearTimeout(timer);
  }

  #announceChange(): void {
    for (const wakeUp of this.#wakeUps.splice(0)) wakeUp();
  }
}

const UNAVAILABLE = 'not sent: too many samples are waiting for an unavailable receiver';
const STOPPED = 'not sent: stopped before the receiver answered';
