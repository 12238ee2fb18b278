import { addCounts, type SampleCounts } from '../sample-counts.ts';
import { STALE } from '../time-series.ts';
import { PushCycle } from './push-cycle.ts';
import type { Receiver } from './receiver.ts';
import type { UntimedSeries } from './write-series.ts';

export interface EndOptions {
  /** Milliseconds since the Unix epoch. */
  readonly wantedMs: number;
  /** Self-metrics, which end as well. */
  readonly selfSeries: Iterable<UntimedSeries>;
  readonly signal: AbortSignal;
}

/** Ends all series by pushing a complete cycle without series. The receiver must be locked. */
export async function endSeries(
  receiver: Receiver,
  { wantedMs, selfSeries, signal }: EndOptions,
): Promise<SampleCounts> {
  const cycle = new PushCycle(receiver, wantedMs, signal);
  try {
    const results = await cycle.finish(true);
    const markers = [...selfSeries].map((series): UntimedSeries => ({ ...series, value: STALE }));
    return addCounts([results, await cycle.sendSelfSeries(markers)]);
  } finally {
    cycle.close();
  }
}
