import type { CycleDraft, CycleStore } from './cycle-store.ts';
import { MemoryBatch } from './memory-batch.ts';

/** For a process that sends one cycle and ends: nothing is kept longer than until it is sent. */
export class OneShotStore implements CycleStore {
  readonly last = undefined;
  readonly unsettled = [];
  readonly keepsUnsettled = false;
  readonly latestMs = -Infinity;

  begin(): CycleDraft {
    return {
      add: (batch) => new MemoryBatch(batch, { isKept: false }),
      commit: () => undefined,
      discard: () => undefined,
    };
  }

  noteTimestamp(): void {
    // Nobody asks after this process.
  }
}
