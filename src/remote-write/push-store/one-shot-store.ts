import type { CycleDraft, CycleStore } from './cycle-store.ts';
import { MemoryBatch } from './memory-batch.ts';

/** For a process that pushes once and exits. Batches are released as soon as they are sent. */
export class OneShotStore implements CycleStore {
  readonly last = undefined;
  readonly pending = [];
  readonly persistsPending = false;
  readonly latestMs = -Infinity;

  begin(): CycleDraft {
    return {
      add: (batch) => new MemoryBatch(batch, { isKept: false }),
      commit: () => undefined,
      discard: () => undefined,
    };
  }

  recordTimestamp(): void {
    // Nothing outlives the process.
  }
}
