import type { BatchCodec } from '../batch-codec.ts';
import { remoteWriteV2 } from '../wire/protocols.ts';
import type { DiskStore } from './disk-store.ts';
import { collectSeries, isOfResults, otherSeries } from './other-series.ts';

const LIMITS = { maxSamples: 2000, maxBytes: 4 * 2 ** 20 };

/**
 * Ends the cycles in the middle of which a process was killed. What it had not sent by then goes on
 * with its older values, and so can still be ended later.
 *
 * @throws {Error} If they cannot be read back.
 */
export function resumeCycles(store: DiskStore, codec: BatchCodec): void {
  for (const cycle of store.interrupted) {
    const before = (store.last?.batches ?? []).filter(isOfResults);
    const others = otherSeries(before, collectSeries(cycle, codec), codec);
    store.resume(cycle, codec.encode(others, remoteWriteV2, LIMITS));
  }
}
