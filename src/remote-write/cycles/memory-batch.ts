import type { Batch } from '../batch.ts';
import type { BatchKind, KeptBatch } from './cycle-store.ts';

/** A batch that is nowhere but in memory. */
export class MemoryBatch implements KeptBatch {
  readonly kind: BatchKind;
  readonly samples: number;
  readonly #isKept: boolean;
  #batch: Batch | undefined;
  #isSettled = false;

  /** @param isKept Whether it stays in memory after it was sent. */
  constructor(kind: BatchKind, batch: Batch, isKept: boolean) {
    this.kind = kind;
    this.samples = batch.samples;
    this.#batch = batch;
    this.#isKept = isKept;
  }

  get heldBytes(): number {
    return this.#isKept ? 0 : (this.#batch?.body.length ?? 0);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  read(): Batch {
    if (this.#batch === undefined) throw new Error('a batch was read after it was settled');
    return this.#batch;
  }

  settle(): void {
    this.#isSettled = true;
    if (!this.#isKept) this.#batch = undefined;
  }
}
