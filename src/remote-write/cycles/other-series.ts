import type { BatchCodec } from '../batch-codec.ts';
import { SeriesHasher } from '../series-hash.ts';
import { SeriesSet } from '../series-set.ts';
import type { TimeSeries } from '../time-series.ts';
import type { KeptBatch, KeptCycle } from './cycle-store.ts';

/** The series of some batches that are not in the set. */
export function* otherSeries(
  batches: readonly KeptBatch[],
  set: SeriesSet,
  codec: BatchCodec,
): Generator<TimeSeries> {
  const hasher = new SeriesHasher();
  for (const batch of batches) {
    for (const series of codec.decode(batch.read())) {
      hasher.hash(series.labels);
      if (!set.has(hasher.high, hasher.low)) yield series;
    }
  }
}

/** Hashes of all series that a cycle left behind. */
export function collectSeries(cycle: KeptCycle, codec: BatchCodec): SeriesSet {
  const set = new SeriesSet();
  const hasher = new SeriesHasher();
  for (const batch of cycle.batches.filter(isOfResults)) {
    for (const { labels } of codec.decode(batch.read())) {
      hasher.hash(labels);
      set.add(hasher.high, hasher.low);
    }
  }
  return set;
}

/** Whether its series go on after the cycle. */
export function isOfResults({ kind }: Pick<KeptBatch, 'kind'>): boolean {
  return kind === 'results' || kind === 'carried';
}
