import { createHashSeed } from '../series-hash/hash-seed.ts';
import type { CycleDraft, CycleStore } from './cycle-store.ts';
import { MemoryBatch } from './memory-batch.ts';

/** A store for a process that pushes once and exits. It releases batches as soon as they are sent. */
export class OneShotStore implements CycleStore {
  readonly last = undefined;
  readonly pending = [];
  readonly persistsPending = false;
  readonly hashSeed = createHashSeed();
  readonly latestMs = -Infinity;

  begin(): CycleDraft {
    return {
      add: (batch) => new MemoryBatch(batch, { isResendable: false }),
      commit: () => undefined,
      discard: () => undefined,
    };
  }

  recordTimestamp(): void {
    // Not needed, because this store does not outlive the process.
  }
}
