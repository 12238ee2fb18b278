import type { BatchLimits } from '../batch/batch.ts';

/** Request limits, reduced to what the receiver has accepted so far. */
export class RequestSize {
  readonly #configured: BatchLimits;
  #maxSamples = Infinity;
  #canSplit = true;

  constructor(configured: BatchLimits) {
    this.#configured = configured;
  }

  get limits(): BatchLimits {
    const { maxSamples, maxBytes } = this.#configured;
    return { maxSamples: Math.min(maxSamples, this.#maxSamples), maxBytes };
  }

  reduceTo(maxSamples: number): void {
    this.#maxSamples = Math.min(this.#maxSamples, Math.max(1, maxSamples));
  }

  /** False after a request with a single sample was too large. Splitting would then cost one request per sample. */
  get canSplit(): boolean {
    return this.#canSplit;
  }

  /** Restores the configured limits, because fewer samples per request do not help. */
  stopSplitting(): void {
    this.#maxSamples = Infinity;
    this.#canSplit = false;
  }

  recordSuccess(): void {
    this.#canSplit = true;
  }
}
