import type { BatchCodec } from '../batch/batch-codec.ts';
import type { BatchLimits } from '../batch/batch.ts';
import { SeriesHashes } from '../series-hash/series-hashes.ts';
import type { TimeSeries } from '../time-series.ts';
import type { Protocol } from '../wire/protocol.ts';
import type { NewBatch } from './cycle-store.ts';
import type { FoundSeries } from './other-series.ts';

export interface CarryOptions {
  readonly codec: BatchCodec;
  readonly protocol: Protocol;
  readonly limits: BatchLimits;
}

/** Encodes batches of series that keep their previous values. */
export function* carrySeries(
  found: Iterable<FoundSeries>,
  { codec, protocol, limits }: CarryOptions,
): Generator<NewBatch> {
  const hashes = new SeriesHashes();
  function* noted(): Generator<TimeSeries> {
    for (const { series, high, low } of found) {
      hashes.push(high, low);
      yield series;
    }
  }
  for (const batch of codec.encode(noted(), protocol, limits)) {
    yield { kind: 'carried', batch, hashes: hashes.take(batch.samples) };
  }
}
