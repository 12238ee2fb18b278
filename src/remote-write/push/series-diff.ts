import { type CycleStore, type KnownBatch, repeatable } from '../push-store/cycle-store.ts';
import {
  type FoundSeries,
  isOfResults,
  otherSeries,
  type OtherSeriesOptions,
} from '../push-store/other-series.ts';
import { SeriesHasher } from '../series-hash/series-hash.ts';
import { SeriesHashes } from '../series-hash/series-hashes.ts';
import { SeriesSet } from '../series-hash/series-set.ts';
import type { Label } from '../time-series.ts';

/** Compares the series of a cycle with those of the one before. */
export class SeriesDiff {
  /** Of series that are in no batch yet. */
  readonly hashes = new SeriesHashes();
  readonly #seen = new SeriesSet();
  readonly #before: readonly KnownBatch[];
  readonly #options: OtherSeriesOptions;
  readonly #hasher = new SeriesHasher();

  constructor(store: CycleStore, options: OtherSeriesOptions) {
    this.#before = repeatable(store);
    this.#options = options;
  }

  /** False if the cycle has a series with these labels already. */
  add(labels: readonly Label[]): boolean {
    this.#hasher.hash(labels);
    const { high, low } = this.#hasher;
    if (!this.#seen.add(high, low)) return false;
    this.hashes.push(high, low);
    return true;
  }

  /** The series of the cycle before that this one does not have, once all of it was added. */
  vanished(): Generator<FoundSeries> {
    const alive = this.#before.filter((batch) => isOfResults(batch));
    return otherSeries(alive, this.#seen, this.#options);
  }

  /** Series that had ended by then, but whose markers nobody took, and that have not come back. */
  ended(): Generator<FoundSeries> {
    const markers = this.#before.filter((batch) => !isOfResults(batch));
    return otherSeries(markers, this.#seen, this.#options);
  }
}
