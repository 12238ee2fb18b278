import type { BatchCodec } from '../batch/batch-codec.ts';
import { remoteWriteDefaults } from '../defaults.ts';
import { SeriesSet } from '../series-hash/series-set.ts';
import { remoteWriteV2 } from '../wire/protocols.ts';
import { carrySeries } from './carry-series.ts';
import type { DiskStore } from './disk-store.ts';
import { collectSeries, isOfResults, otherSeries } from './other-series.ts';

const LIMITS = {
  maxSamples: remoteWriteDefaults.maxSamplesPerSend,
  maxBytes: remoteWriteDefaults.maxBytesPerSend,
};

export interface ResumeOptions {
  readonly codec: BatchCodec;
  readonly onWarning: (message: string) => void;
}

/**
 * Completes the cycles during which a process was killed. Series that the process had not reached keep their
 * older values, so that they can still be ended later.
 *
 * @throws {Error} The files cannot be read.
 */
export function resumeCycles(store: DiskStore, { codec, onWarning }: ResumeOptions): void {
  function onUnreadable(reason: string): void {
    onWarning(`cannot read some series of an earlier run, so they get no stale markers: ${reason}`);
  }
  for (const cycle of store.interrupted) {
    const before = (store.last?.batches ?? []).filter(isOfResults);
    // Includes stale markers, so that ended series do not come back.
    const seen = new SeriesSet();
    collectSeries(cycle.batches, seen);
    const others = otherSeries(before, seen, { codec, onUnreadable });
    store.resume(cycle, carrySeries(others, { codec, protocol: remoteWriteV2, limits: LIMITS }));
  }
}
