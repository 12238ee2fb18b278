import type { BatchCodec } from '../batch/batch-codec.ts';
import type { SeriesSet } from '../series-hash/series-set.ts';
import type { TimeSeries } from '../time-series.ts';
import type { KnownBatch } from './cycle-store.ts';

/** A series of an earlier cycle, with the halves of its hash. */
export interface FoundSeries {
  readonly series: TimeSeries;
  readonly high: number;
  readonly low: number;
}

export interface OtherSeriesOptions {
  readonly codec: BatchCodec;
  /** Told why a batch cannot be read back; the others are gone through all the same. */
  readonly onUnreadable: (reason: string) => void;
}

/** The series of some batches that are not in the set. Only batches that hold such are taken apart. */
export function* otherSeries(
  batches: readonly KnownBatch[],
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

function findOthers(batch: KnownBatch, set: SeriesSet, codec: BatchCodec): FoundSeries[] {
  const hashes = batch.readHashes();
  const others: number[] = [];
  for (let index = 0; 2 * index < hashes.length; index++) {
    if (!set.has(hashes[2 * index] ?? 0, hashes[2 * index + 1] ?? 0)) others.push(index);
  }
  if (others.length === 0) return [];
  const wanted = new Set(others);
  return codec
    .decode(batch.read(), (index) => wanted.has(index))
    .map((series, i) => {
      const index = others[i] ?? 0;
      return { series, high: hashes[2 * index] ?? 0, low: hashes[2 * index + 1] ?? 0 };
    });
}

/** Puts the hashes of all series of some batches into the set. */
export function collectSeries(batches: readonly KnownBatch[], set: SeriesSet): void {
  for (const batch of batches) {
    const hashes = batch.readHashes();
    for (let i = 0; i < hashes.length; i += 2) set.add(hashes[i] ?? 0, hashes[i + 1] ?? 0);
  }
}

/** Whether its series go on after the cycle. */
export function isOfResults({ kind }: Pick<KnownBatch, 'kind'>): boolean {
  return kind === 'results' || kind === 'carried';
}
