import type { Batch } from '../batch/batch.ts';
import type { BatchKind, HashedBatch, NewBatch } from './cycle-store.ts';

export interface MemoryBatchOptions {
  /** Whether the batch stays in memory after it is sent. */
  readonly isResendable: boolean;
  readonly onAcknowledged?: () => void;
}

/** A batch that exists only in memory. */
export class MemoryBatch implements HashedBatch {
  readonly kind: BatchKind;
  readonly samples: number;
  readonly isPersisted = false;
  readonly #options: MemoryBatchOptions;
  readonly #hashes: Uint32Array | undefined;
  #batch: Batch | undefined;
  #isAcknowledged = false;
  #acknowledgedSamples = 0;

  constructor({ kind, batch, hashes }: NewBatch, options: MemoryBatchOptions) {
    this.kind = kind;
    this.samples = batch.samples;
    this.#batch = batch;
    this.#options = options;
    this.#hashes = options.isResendable ? hashes : undefined;
  }

  get heldBytes(): number {
    return this.#options.isResendable ? 0 : (this.#batch?.body.length ?? 0);
  }

  get isAcknowledged(): boolean {
    return this.#isAcknowledged;
  }

  get acknowledgedSamples(): number {
    return this.#acknowledgedSamples;
  }

  read(): Batch {
    if (this.#batch === undefined) throw new Error('a batch was read after it was acknowledged');
    return this.#batch;
  }

  readHashes(): Uint32Array {
    return this.#hashes ?? new Uint32Array();
  }

  acknowledge(samples = this.samples): void {
    if (this.#isAcknowledged) return;
    this.#acknowledgedSamples = samples;
    if (samples < this.samples) return;
    this.#isAcknowledged = true;
    if (!this.#options.isResendable) this.#batch = undefined;
    this.#options.onAcknowledged?.();
  }
}

/** Creates a batch of self-metrics that is neither kept nor resent. */
export function createTransientBatch(batch: Batch): MemoryBatch {
  return new MemoryBatch(
    { kind: 'self', batch, hashes: new Uint32Array() },
    { isResendable: false },
  );
}
