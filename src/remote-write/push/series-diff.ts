import { type CycleStore, type HashedBatch, resendable } from '../push-store/cycle-store.ts';
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

/** Compares the series of a cycle with those of the previous one. */
export class SeriesDiff {
  /** Hashes of series that are not in a batch yet. */
  readonly hashes = new SeriesHashes();
  readonly #seen = new SeriesSet();
  readonly #before: readonly HashedBatch[];
  readonly #options: OtherSeriesOptions;
  readonly #hasher: SeriesHasher;

  constructor(store: CycleStore, options: OtherSeriesOptions) {
    this.#before = resendable(store);
    this.#hasher = new SeriesHasher(store.hashSeed);
    this.#options = options;
  }

  /** Returns false if the cycle already has a series with these labels. */
  add(labels: readonly Label[]): boolean {
    this.#hasher.hash(labels);
    const { high, low } = this.#hasher;
    if (!this.#seen.add(high, low)) return false;
    this.hashes.push(high, low);
    return true;
  }

  /** Returns the series of the previous cycle that were not added. Call it after all series were added. */
  missing(): Generator<FoundSeries> {
    const alive = this.#before.filter((batch) => isOfResults(batch));
    return otherSeries(alive, this.#seen, this.#options);
  }

  /** Returns the series that ended in the previous cycle but whose stale markers were not delivered. */
  undeliveredMarkers(): Generator<FoundSeries> {
    const markers = this.#before.filter((batch) => !isOfResults(batch));
    return otherSeries(markers, this.#seen, this.#options);
  }
}
