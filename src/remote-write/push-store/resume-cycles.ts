import type { BatchCodec } from '../batch/batch-codec.ts';
import { SeriesSet } from '../series-hash/series-set.ts';
import { remoteWriteV2 } from '../wire/protocols.ts';
import { carrySeries } from './carry-series.ts';
import type { DiskStore } from './disk-store.ts';
import { collectSeries, isOfResults, otherSeries } from './other-series.ts';

const LIMITS = { maxSamples: 2000, maxBytes: 4 * 2 ** 20 };

export interface ResumeOptions {
  readonly codec: BatchCodec;
  readonly onWarning: (message: string) => void;
}

/**
 * Ends the cycles in the middle of which a process was killed. What it had not sent by then goes on
 * with its older values, and so can still be ended later.
 *
 * @throws {Error} If the files cannot be read.
 */
export function resumeCycles(store: DiskStore, { codec, onWarning }: ResumeOptions): void {
  function onUnreadable(reason: string): void {
    onWarning(`series of an earlier run are lost, and will not be ended: ${reason}`);
  }
  for (const cycle of store.interrupted) {
    const before = (store.last?.batches ?? []).filter(isOfResults);
    // With its markers: whatever had been ended by then must not come to life again.
    const seen = new SeriesSet();
    collectSeries(cycle.batches, seen);
    const others = otherSeries(before, seen, { codec, onUnreadable });
    store.resume(cycle, carrySeries(others, { codec, protocol: remoteWriteV2, limits: LIMITS }));
  }
}
