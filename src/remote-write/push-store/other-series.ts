import type { BatchCodec } from '../batch/batch-codec.ts';
import type { SeriesSet } from '../series-hash/series-set.ts';
import type { TimeSeries } from '../time-series.ts';
import type { HashedBatch } from './cycle-store.ts';

/** A series of an earlier cycle with the halves of its hash. */
export interface FoundSeries {
  readonly series: TimeSeries;
  readonly high: number;
  readonly low: number;
}

export interface OtherSeriesOptions {
  readonly codec: BatchCodec;
  /** Called for each batch that cannot be read. The other batches are still searched. */
  readonly onUnreadable: (reason: string) => void;
}

/** Yields the series of the batches that are not in the set. Decodes only batches that contain such series. */
export function* otherSeries(
  batches: readonly HashedBatch[],
  set: SeriesSet,
  { codec, onUnreadable }: OtherSeriesOptions,
): Generator<FoundSeries> {
  for (const batch of batches) {
    try {
      yield* findOthers(batch, set, codec);
    } catch (error) {
      onUnreadable(error instanceof Error ? error.message : String(error));
    }
  }
}

function findOthers(batch: HashedBatch, set: SeriesSet, codec: BatchCodec): FoundSeries[] {
  const hashes = batch.readHashes();
  const others: number[] = [];
  for (let index = 0; 2 * index < hashes.length; index++) {
    const { high, low } = hashAt(hashes, index);
    if (!set.has(high, low)) others.push(index);
  }
  if (others.length === 0) return [];
  const wanted = new Set(others);
  return codec
    .decode(batch.read(), (index) => wanted.has(index))
    .map((series, i) => {
      const index = others[i];
      // A stale marker for the wrong series would be worse than an error.
      if (index === undefined) throw new Error('a batch holds more series than hashes');
      return { series, ...hashAt(hashes, index) };
    });
}

/** Adds the hashes of all series in the batches to the set. */
export function collectSeries(batches: readonly HashedBatch[], set: SeriesSet): void {
  for (const batch of batches) {
    const hashes = batch.readHashes();
    for (let index = 0; 2 * index < hashes.length; index++) {
      const { high, low } = hashAt(hashes, index);
      set.add(high, low);
    }
  }
}

/** Whether the series of the batch still exist after the cycle. */
export function isOfResults({ kind }: Pick<HashedBatch, 'kind'>): boolean {
  return kind === 'results' || kind === 'carried';
}

function hashAt(
  hashes: Uint32Array,
  index: number,
): { readonly high: number; readonly low: number } {
  const high = hashes[2 * index];
  const low = hashes[2 * index + 1];
  if (high === undefined || low === undefined)
    throw new Error('a batch lacks the hash of a series');
  return { high, low };
}
