import type { BatchLimits } from '../batch.ts';

/** How large a request may be, as far as the receiver has let us know. */
export class RequestSize {
  readonly #configured: BatchLimits;
  #learnt = Infinity;

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
}
