import type { CycleDraft, CycleStore, KeptBatch, KeptCycle, KnownBatch } from './cycle-store.ts';
import { MemoryBatch } from './memory-batch.ts';

/**
 * Keeps the last cycle, compressed: 20 to 45 bytes a series, and 8 for its hash. What was not taken
 * when the next one begins is superseded by it.
 */
export class MemoryStore implements CycleStore {
  readonly unsettled = [];
  readonly keepsUnsettled = false;
  readonly latestMs = -Infinity;
  last: KeptCycle | undefined;

  begin(timestampMs: number): CycleDraft {
    const batches: KnownBatch[] = [];
    return {
      add(batch): KeptBatch {
        const isKept = batch.kind !== 'own';
        const kept = new MemoryBatch(batch, { isKept });
        if (isKept) batches.push(kept);
        return kept;
      },
      commit: () => {
        this.last = { timestampMs, batches, isBeingSent: false, isEvicted: false };
      },
      discard: () => undefined,
    };
  }

  noteTimestamp(): void {
    // Nobody asks after this process.
  }
}
