import type { BatchLimits } from '../batch/batch.ts';

/** How large a request may be, as far as the receiver has let us know. */
export class RequestSize {
  readonly #configured: BatchLimits;
  #learnt = Infinity;
  #isHopeless = false;

  constructor(configured: BatchLimits) {
    this.#configured = configured;
  }

  get limits(): BatchLimits {
    const { maxSamples, maxBytes } = this.#configured;
    return { maxSamples: Math.min(maxSamples, this.#learnt), maxBytes };
  }

  /** The receiver found more than so many samples too large. */
  learn(maxSamples: number): void {
    this.#learnt = Math.min(this.#learnt, Math.max(1, maxSamples));
  }

  /**
   * Whether smaller requests are worth a try. Where even a single sample was too large, each batch
   * would otherwise cost as many requests as it has samples, for nothing.
   */
  get maySplit(): boolean {
    return !this.#isHopeless;
  }

  /** The receiver found a single sample too large: what it means is not how many there are. */
  giveUp(): void {
    this.#learnt = Infinity;
    this.#isHopeless = true;
  }

  /** The receiver has taken something. */
  recordSuccess(): void {
    this.#isHopeless = false;
  }
}
