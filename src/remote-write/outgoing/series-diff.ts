import type { BatchCodec } from '../batch-codec.ts';
import { type CycleStore, type KeptBatch, repeatable } from '../cycles/cycle-store.ts';
import { otherSeries } from '../cycles/other-series.ts';
import { SeriesHasher } from '../series-hash.ts';
import { SeriesSet } from '../series-set.ts';
import type { Label, TimeSeries } from '../time-series.ts';

/** Compares the series of a cycle with those of the one before. */
export class SeriesDiff {
  /** Hashes of all series of this cycle. */
  readonly seen = new SeriesSet();
  readonly #before: readonly KeptBatch[];
  readonly #known: SeriesSet | undefined;
  readonly #codec: BatchCodec;
  readonly #hasher = new SeriesHasher();
  #matched = 0;

  constructor(store: CycleStore, codec: BatchCodec) {
    this.#before = repeatable(store);
    this.#known = store.last?.series;
    this.#codec = codec;
  }

  /** False if the cycle has a series with these labels already. */
  add(labels: readonly Label[]): boolean {
    this.#hasher.hash(labels);
    const { high, low } = this.#hasher;
    if (!this.seen.add(high, low)) return false;
    if (this.#known?.has(high, low) === true) this.#matched++;
    return true;
  }

  /**
   * The series of the cycle before that this one does not have, once all of it was added. They are
   * searched only if there are any.
   *
   * @throws {Error} If the cycle before cannot be read back.
   */
  *vanished(): Generator<TimeSeries> {
    const mayLackSome = this.#known === undefined || this.#matched < this.#known.size;
    const hasMarkers = this.#before.some(({ kind }) => kind === 'markers');
    if (mayLackSome || hasMarkers) yield* otherSeries(this.#before, this.seen, this.#codec);
  }
}
