import type { Batch } from '../batch/batch.ts';
import type { BatchKind, KnownBatch, NewBatch } from './cycle-store.ts';

export interface MemoryBatchOptions {
  /** Whether it stays in memory after it was sent. */
  readonly isKept: boolean;
  readonly onSettled?: () => void;
}

/** A batch that is nowhere but in memory. */
export class MemoryBatch implements KnownBatch {
  readonly kind: BatchKind;
  readonly samples: number;
  readonly isOnDisk = false;
  readonly #options: MemoryBatchOptions;
  readonly #hashes: Uint32Array | undefined;
  #batch: Batch | undefined;
  #isSettled = false;
  #settledSamples = 0;

  constructor({ kind, batch, hashes }: NewBatch, options: MemoryBatchOptions) {
    this.kind = kind;
    this.samples = batch.samples;
    this.#batch = batch;
    this.#options = options;
    this.#hashes = options.isKept ? hashes : undefined;
  }

  get heldBytes(): number {
    return this.#options.isKept ? 0 : (this.#batch?.body.length ?? 0);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  get settledSamples(): number {
    return this.#settledSamples;
  }

  read(): Batch {
    if (this.#batch === undefined) throw new Error('a batch was read after it was settled');
    return this.#batch;
  }

  readHashes(): Uint32Array {
    return this.#hashes ?? new Uint32Array();
  }

  settle(samples = this.samples): void {
    if (this.#isSettled) return;
    this.#settledSamples = samples;
    if (samples < this.samples) return;
    this.#isSettled = true;
    if (!this.#options.isKept) this.#batch = undefined;
    this.#options.onSettled?.();
  }
}

/** A batch of the agent's own series that is sent now or never. */
export function createPassingBatch(batch: Batch): MemoryBatch {
  return new MemoryBatch({ kind: 'own', batch, hashes: new Uint32Array() }, { isKept: false });
}
