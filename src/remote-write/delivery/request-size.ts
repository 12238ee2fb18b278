import type { BatchLimits } from '../batch/batch.ts';

/** Request limits, reduced to what the receiver has accepted so far. */
export class RequestSize {
  readonly #configured: BatchLimits;
  #maxSamples = Infinity;
  #maxItems = Infinity;
  #countsMetadata = false;
  #canSplit = true;

  constructor(configured: BatchLimits) {
    this.#configured = configured;
  }

  get limits(): BatchLimits {
    const { maxSamples, maxBytes } = this.#configured;
    return { maxSamples: Math.min(maxSamples, this.#maxSamples, this.#maxItems), maxBytes };
  }

  /** Samples per request below the burst of a rate limit, if that is known. */
  get maxItems(): number {
    return this.#maxItems;
  }

  limitItems(maxItems: number): void {
    this.#maxItems = Math.min(this.#maxItems, Math.max(1, maxItems));
  }

  /** Whether the receiver counts the metadata of 2.0 against its rate limit. */
  get countsMetadata(): boolean {
    return this.#countsMetadata;
  }

  recordMetadataCounted(): void {
    this.#countsMetadata = true;
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
