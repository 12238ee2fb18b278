/** Combines the values of one label set. */
export interface Accumulator {
  /** Merges another accumulator of the same kind into this one. */
  merge(other: Accumulator): void;
  readonly value: number;
}

export class Sum implements Accumulator {
  value: number;

  constructor(value = 0) {
    this.value = value;
  }

  merge(other: Accumulator): void {
    this.value += other.value;
  }
}

export class Maximum implements Accumulator {
  value: number;

  constructor(value = 0) {
    this.value = value;
  }

  merge(other: Accumulator): void {
    if (other.value > this.value) this.value = other.value;
  }
}

/** Counts distinct texts. */
export class Distinct implements Accumulator {
  readonly #texts = new Set<string>();
  /** Skipped if merged again, because many containers of one image merge the same accumulator. */
  #lastMerged: Accumulator | undefined;

  get value(): number {
    return this.#texts.size;
  }

  add(text: string): void {
    this.#texts.add(text);
  }

  merge(other: Accumulator): void {
    if (other === this.#lastMerged || !(other instanceof Distinct)) return;
    this.#lastMerged = other;
    for (const text of other.#texts) this.#texts.add(text);
  }
}
