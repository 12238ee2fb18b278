import type { CycleDraft, CycleStore } from './cycle-store.ts';
import { MemoryBatch } from './memory-batch.ts';

/** For a process that sends one cycle and ends: nothing is kept longer than until it is sent. */
export class ForgetfulStore implements CycleStore {
  readonly last = undefined;
  readonly unsettled = [];
  readonly keepsUnsettled = false;

  begin(): CycleDraft {
    return {
      add: (kind, batch) => new MemoryBatch(kind, batch, false),
      commit: () => undefined,
      discard: () => undefined,
    };
  }
}
