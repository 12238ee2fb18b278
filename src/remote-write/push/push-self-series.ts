import type { Batch } from '../batch/batch.ts';
import type { StoredBatch } from '../push-store/cycle-store.ts';
import type { SampleCounts } from '../sample-counts.ts';
import { STALE, type TimeSeries } from '../time-series.ts';
import type { Push } from './push.ts';
import type { SeriesDiff } from './series-diff.ts';
import { SeriesWriter, type UntimedSeries } from './write-series.ts';

export interface SelfSeriesPush {
  readonly series: Iterable<UntimedSeries>;
  /** Contains the series that this push has already sent. */
  readonly diff: SeriesDiff;
  readonly store: (batch: Batch) => StoredBatch;
  readonly onSeries: (series: TimeSeries) => void;
  /** Whether self-metrics that are missing from `series` end. */
  readonly endsMissing: boolean;
}

/** Sends self-metrics as a separate push after the results. Never rejects. */
export async function pushSelfSeries(
  push: Push,
  { series, diff, store, onSeries, endsMissing }: SelfSeriesPush,
): Promise<SampleCounts> {
  const { selfSeries } = push.receiver;
  const queue = push.createQueue();
  const sent: TimeSeries[] = [];
  const writer = new SeriesWriter({
    push,
    queue,
    diff,
    store,
    onSeries: (one) => {
      sent.push(one);
      onSeries(one);
    },
  });
  await writer.write(series);
  // If there are no self-metrics, the process is stopping, which does not end them.
  const missing = endsMissing && sent.length > 0 ? selfSeries.missing(sent) : [];
  const markers = missing
    .filter(({ labels }) => diff.add(labels))
    .map((one): TimeSeries => ({ ...one, value: STALE, timestampMs: push.timestampMs }));
  for (const marker of markers) await writer.add(marker);
  await writer.flush();
  const counts = await queue.drain();
  selfSeries.add(sent);
  // A marker that was neither sent nor persisted is sent again with the next push.
  if (counts.pending === counts.persisted) selfSeries.add(markers);
  return counts;
}
