import { SeriesHasher } from './series-hash.ts';
import { SeriesSet } from './series-set.ts';
import type { Label } from './time-series.ts';

/**
 * Lets each label set of a push through once: a second sample of a series at the same time, as it
 * comes from relabeling or from labels that are left out, would cost a whole batch at a receiver of
 * remote write 1.0. The first one stays.
 */
export class UniqueSeries {
  readonly #hasher: SeriesHasher;
  readonly #series = new SeriesSet();
  #duplicates = 0;

  /** @param hasher May outlive a push: it remembers labels, not series. */
  constructor(hasher: SeriesHasher = new SeriesHasher()) {
    this.#hasher = hasher;
  }

  /** The series so far. */
  get series(): SeriesSet {
    return this.#series;
  }

  /** Samples that were turned away. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** Returns false if the series has a sample already. Labels must be in the order of the wire. */
  add(labels: readonly Label[]): boolean {
    this.#hasher.hash(labels);
    const isNew = this.#series.add(this.#hasher.high, this.#hasher.low);
    if (!isNew) this.#duplicates++;
    return isNew;
  }
}
