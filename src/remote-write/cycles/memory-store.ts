import type { Batch } from '../batch.ts';
import type { SeriesSet } from '../series-set.ts';
import type { BatchKind, CycleDraft, CycleStore, KeptBatch, KeptCycle } from './cycle-store.ts';
import { MemoryBatch } from './memory-batch.ts';

/**
 * Keeps the last cycle, compressed: 20 to 45 bytes a series, and up to 16 for its hash. What was not
 * taken when the next one begins is superseded by it.
 */
export class MemoryStore implements CycleStore {
  readonly unsettled = [];
  readonly keepsUnsettled = false;
  last: KeptCycle | undefined;

  begin(timestampMs: number): CycleDraft {
    const batches: KeptBatch[] = [];
    return {
      add(kind: BatchKind, batch: Batch): KeptBatch {
        const isKept = kind !== 'own';
        const kept = new MemoryBatch(kind, batch, isKept);
        if (isKept) batches.push(kept);
        return kept;
      },
      commit: (series: SeriesSet) => {
        this.last = { timestampMs, batches, series };
      },
      discard: () => undefined,
    };
  }
}
