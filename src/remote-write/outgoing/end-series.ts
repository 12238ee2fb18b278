import { OutgoingCycle } from './outgoing-cycle.ts';
import type { PushReport } from './push-report.ts';
import type { Receiver } from './receiver.ts';

/** A cycle without series: all of the last one end. The receiver must have given it its turn. */
export async function endSeries(
  receiver: Receiver,
  { wantedMs, signal }: { readonly wantedMs: number; readonly signal: AbortSignal },
): Promise<PushReport> {
  const cycle = new OutgoingCycle(receiver, wantedMs, signal);
  return cycle.finish(true, () => []);
}
