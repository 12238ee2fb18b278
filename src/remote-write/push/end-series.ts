import { STALE } from '../time-series.ts';
import { OutgoingCycle, type UntimedSeries } from './outgoing-cycle.ts';
import type { PushReport } from './push-report.ts';
import type { Receiver } from './receiver.ts';

export interface EndOptions {
  /** Milliseconds since the Unix epoch. */
  readonly wantedMs: number;
  /** Series that end, too, though no cycle has them among its results. */
  readonly own: Iterable<UntimedSeries>;
  readonly signal: AbortSignal;
}

/** A cycle without series: all of the last one end. The receiver must have given it its turn. */
export async function endSeries(
  receiver: Receiver,
  { wantedMs, own, signal }: EndOptions,
): Promise<PushReport> {
  const cycle = new OutgoingCycle(receiver, wantedMs, signal);
  return cycle.finish(true, () => [...own].map((series) => ({ ...series, value: STALE })));
}
