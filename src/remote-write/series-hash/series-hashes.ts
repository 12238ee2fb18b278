const MIN_PAIRS = 1024;

/** A queue of series hashes in batch order. */
export class SeriesHashes {
  #pairs = new Uint32Array(2 * MIN_PAIRS);
  #length = 0;

  /** Halves range from 0 to 2³² - 1. */
  push(high: number, low: number): void {
    if (this.#length === this.#pairs.length) this.#grow();
    this.#pairs[this.#length++] = high;
    this.#pairs[this.#length++] = low;
  }

  /** Removes the last hash. */
  pop(): void {
    this.#length = Math.max(0, this.#length - 2);
  }

  /** Removes and returns the halves for the samples of a batch. */
  take(samples: number): Uint32Array {
    const end = Math.min(2 * samples, this.#length);
    const taken = this.#pairs.slice(0, end);
    this.#pairs.copyWithin(0, end, this.#length);
    this.#length -= end;
    return taken;
  }

  #grow(): void {
    const old = this.#pairs;
    this.#pairs = new Uint32Array(2 * old.length);
    this.#pairs.set(old);
  }
}
