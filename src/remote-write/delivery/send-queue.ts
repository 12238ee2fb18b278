import { createAbortControllerWithoutListenerLimit } from '../../http/unlimited-abort-controller.ts';
import { whenAborted } from '../../http/when-aborted.ts';
import type { KeptBatch } from '../push-store/cycle-store.ts';
import { GivenUpError } from '../push-store/given-up-error.ts';
import type { BatchDelivery, BatchOutcome } from './batch-delivery.ts';
import { ErrorTally } from './error-tally.ts';

export interface SendQueueOptions {
  readonly delivery: Pick<BatchDelivery, 'deliver'>;
  /** Requests in flight at the same time. Batches must hold different series, they overtake. */
  readonly concurrency: number;
  /** Of batches that wait for a free place. One batch always fits. */
  readonly maxHeldBytes: number;
  /** The same in samples; without limit if left out. */
  readonly maxHeldSamples?: number | undefined;
  /** Nothing is sent before. Never rejects. */
  readonly after?: Promise<void>;
}

/** What has become of the samples so far. */
export interface SendReport {
  readonly sentSamples: number;
  /** The receiver refused them, or they never came into a batch. */
  readonly refusedSamples: number;
  /** The receiver was not there to take them. */
  readonly waitingSamples: number;
  /** Of these, those that will be sent later with their own timestamps, also by another process. */
  readonly keptSamples: number;
  /** Of accepted requests, compressed. */
  readonly sentBytes: number;
  readonly errors: readonly string[];
}

/** Sends the batches meant for one receiver. Each receiver has its own, so that none waits for another. */
export class SendQueue {
  readonly #options: SendQueueOptions;
  readonly #abort = createAbortControllerWithoutListenerLimit();
  readonly #errors = new ErrorTally();
  readonly #waiting: KeptBatch[] = [];
  #heldBytes = 0;
  #heldSamples = 0;
  #inFlight = 0;
  #sentSamples = 0;
  #refusedSamples = 0;
  #waitingSamples = 0;
  #keptSamples = 0;
  #sentBytes = 0;
  #isOpen: boolean;
  readonly #wakeUps: (() => void)[] = [];

  constructor(options: SendQueueOptions) {
    this.#options = options;
    this.#isOpen = options.after === undefined;
    void this.#openAfter(options.after);
  }

  /** Takes a batch; resolves when it is in, and so waits while the queue is full. Never rejects. */
  async push(batch: KeptBatch): Promise<void> {
    while (this.#isFullFor(batch)) await this.#nextChange();
    if (this.#abort.signal.aborted) {
      this.#stop(batch);
      return;
    }
    this.#waiting.push(batch);
    this.#hold(batch, 1);
    this.#fillPlaces();
  }

  /** Counts samples that never came into a batch. */
  refuse(reason: string, samples = 1): void {
    this.#refusedSamples += samples;
    this.#errors.add(`not sent: ${reason}`);
  }

  /** Waits until every batch is delivered or given up. Never rejects. */
  async drain(): Promise<SendReport> {
    while (this.#inFlight > 0 || this.#waiting.length > 0) await this.#nextChange();
    return {
      sentSamples: this.#sentSamples,
      refusedSamples: this.#refusedSamples,
      waitingSamples: this.#waitingSamples,
      keptSamples: this.#keptSamples,
      sentBytes: this.#sentBytes,
      errors: this.#errors.sentences(),
    };
  }

  /** Drops what waits and breaks off what is in flight; what is pushed later fails, too. */
  abort(): void {
    this.#abort.abort();
    for (const batch of this.#waiting.splice(0)) this.#stop(batch);
    this.#heldBytes = 0;
    this.#heldSamples = 0;
    this.#announceChange();
  }

  /** Aborts as soon as the signal does. Returns what makes an end of that. */
  abortWith(signal: AbortSignal): () => void {
    return whenAborted(signal, () => this.abort());
  }

  async #openAfter(after: Promise<void> | undefined): Promise<void> {
    await after;
    this.#isOpen = true;
    this.#fillPlaces();
  }

  #isFullFor({ heldBytes, samples }: KeptBatch): boolean {
    if (this.#waiting.length === 0) return false;
    const { maxHeldBytes, maxHeldSamples = Infinity } = this.#options;
    if (heldBytes > 0 && this.#heldSamples + samples > maxHeldSamples) return true;
    return this.#heldBytes + heldBytes > maxHeldBytes;
  }

  /** What is on disk as well takes no memory. */
  #hold({ heldBytes, samples }: KeptBatch, sign: 1 | -1): void {
    this.#heldBytes += sign * heldBytes;
    if (heldBytes > 0) this.#heldSamples += sign * samples;
  }

  #fillPlaces(): void {
    while (this.#isOpen && this.#inFlight < this.#options.concurrency) {
      const batch = this.#waiting.shift();
      if (batch === undefined) return;
      this.#hold(batch, -1);
      this.#inFlight++;
      void this.#deliver(batch);
    }
  }

  async #deliver(batch: KeptBatch): Promise<void> {
    const { signal } = this.#abort;
    try {
      const { delivery } = this.#options;
      this.#record(batch, await delivery.deliver(batch.read(), signal, batch.settledSamples));
    } catch (error) {
      if (signal.aborted) this.#stop(batch);
      else if (error instanceof GivenUpError) this.#stop(batch, `not sent: ${error.message}`);
      else this.#lose(batch, error);
    }
    this.#inFlight--;
    this.#fillPlaces();
    this.#announceChange();
  }

  #record(batch: KeptBatch, outcome: BatchOutcome): void {
    this.#sentSamples += outcome.written;
    this.#refusedSamples += outcome.refused;
    this.#wait(batch, outcome.waiting);
    this.#sentBytes += outcome.bytes;
    for (const error of outcome.errors) this.#errors.add(error);
    batch.settle(batch.samples - outcome.waiting);
  }

  #stop(batch: KeptBatch, reason = STOPPED): void {
    this.#wait(batch, batch.samples - batch.settledSamples);
    this.#errors.add(reason);
  }

  #wait({ isOnDisk }: KeptBatch, samples: number): void {
    this.#waitingSamples += samples;
    if (isOnDisk) this.#keptSamples += samples;
  }

  /** What cannot be read back, or breaks the sender, would do so every time. */
  #lose(batch: KeptBatch, error: unknown): void {
    this.refuse(
      error instanceof Error ? error.message : String(error),
      batch.samples - batch.settledSamples,
    );
    batch.settle();
  }

  async #nextChange(): Promise<void> {
    await new Promise<void>((resolve) => this.#wakeUps.push(resolve));
  }

  #announceChange(): void {
    for (const wakeUp of this.#wakeUps.splice(0)) wakeUp();
  }
}

const STOPPED = 'not sent: stopped before the receiver answered';
