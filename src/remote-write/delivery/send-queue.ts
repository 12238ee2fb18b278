import type { Batch } from '../batch.ts';
import type { WriteClient, WriteResult } from '../write-client.ts';
import { ErrorTally } from './error-tally.ts';

export interface SendQueueOptions {
  readonly client: WriteClient;
  /** Requests in flight at the same time. Batches must hold different series, they overtake. */
  readonly concurrency: number;
  /** Of batches that wait for a free place, compressed. One batch always fits. */
  readonly maxWaitingBytes: number;
}

/** What has become of the batches so far. */
export interface SendReport {
  readonly sentSamples: number;
  readonly failedSamples: number;
  /** Of accepted requests, compressed. */
  readonly sentBytes: number;
  readonly errors: readonly string[];
}

/** Sends the batches meant for one receiver. Each receiver has its own, so that none waits for another. */
export class SendQueue {
  readonly #options: SendQueueOptions;
  readonly #abort = new AbortController();
  readonly #errors = new ErrorTally();
  readonly #waiting: Batch[] = [];
  #waitingBytes = 0;
  #inFlight = 0;
  #sentSamples = 0;
  #failedSamples = 0;
  #sentBytes = 0;
  readonly #wakeUps: (() => void)[] = [];

  constructor(options: SendQueueOptions) {
    this.#options = options;
  }

  /** Takes a batch; resolves when it is in, and so waits while the queue is full. Never rejects. */
  async push(batch: Batch): Promise<void> {
    while (this.#isFullFor(batch)) await this.#nextChange();
    if (this.#abort.signal.aborted) {
      this.#fail(batch.samples, STOPPED);
      return;
    }
    this.#waiting.push(batch);
    this.#waitingBytes += batch.body.length;
    this.#fillPlaces();
  }

  /** Counts a sample that never came into a batch. */
  refuse(reason: string): void {
    this.#fail(1, `not sent: ${reason}`);
  }

  /** Waits until every batch is delivered or given up. Never rejects. */
  async drain(): Promise<SendReport> {
    while (this.#inFlight > 0 || this.#waiting.length > 0) await this.#nextChange();
    return {
      sentSamples: this.#sentSamples,
      failedSamples: this.#failedSamples,
      sentBytes: this.#sentBytes,
      errors: this.#errors.sentences(),
    };
  }

  /** Drops what waits and breaks off what is in flight; what is pushed later fails, too. */
  abort(): void {
    this.#abort.abort();
    for (const batch of this.#waiting.splice(0)) this.#fail(batch.samples, STOPPED);
    this.#waitingBytes = 0;
    this.#announceChange();
  }

  #isFullFor({ body }: Batch): boolean {
    if (this.#waiting.length === 0) return false;
    return this.#waitingBytes + body.length > this.#options.maxWaitingBytes;
  }

  #fillPlaces(): void {
    while (this.#inFlight < this.#options.concurrency) {
      const batch = this.#waiting.shift();
      if (batch === undefined) return;
      this.#waitingBytes -= batch.body.length;
      this.#inFlight++;
      void this.#deliver(batch);
    }
  }

  async #deliver(batch: Batch): Promise<void> {
    const { signal } = this.#abort;
    try {
      this.#record(batch, await this.#options.client.write(batch.body, { attempt: 0, signal }));
    } catch (error) {
      this.#fail(batch.samples, signal.aborted ? STOPPED : `not sent: ${String(error)}`);
    }
    this.#inFlight--;
    this.#fillPlaces();
    this.#announceChange();
  }

  #record({ samples, body }: Batch, result: WriteResult): void {
    if (result.status !== 'success') {
      this.#fail(samples, result.error.message);
      return;
    }
    this.#sentSamples += samples;
    this.#sentBytes += body.length;
  }

  #fail(samples: number, reason: string): void {
    this.#failedSamples += samples;
    this.#errors.add(reason);
  }

  async #nextChange(): Promise<void> {
    await new Promise<void>((resolve) => this.#wakeUps.push(resolve));
  }

  #announceChange(): void {
    for (const wakeUp of this.#wakeUps.splice(0)) wakeUp();
  }
}

const STOPPED = 'not sent: stopped before the receiver answered';
