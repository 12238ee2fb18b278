import type { Batch } from '../batch/batch.ts';
import type { CycleFile } from './cycle-file.ts';
import type { BatchKind, HashedBatch } from './cycle-store.ts';
import { EvictedError } from './evicted-error.ts';

interface Place {
  readonly file: CycleFile;
  readonly offset: number;
  /** Index among the batches of the file, starting at 0. */
  readonly index: number;
  readonly onAcknowledged: () => void;
  readonly isEvicted: () => boolean;
}

/** A batch in a cycle file. */
export class DiskBatch implements HashedBatch {
  readonly kind: BatchKind;
  readonly samples: number;
  readonly heldBytes = 0;
  readonly isPersisted = true;
  readonly #place: Place;
  #isAcknowledged = false;
  #acknowledgedSamples = 0;

  constructor({ kind, samples }: { kind: BatchKind; samples: number }, place: Place) {
    this.kind = kind;
    this.samples = samples;
    this.#place = place;
  }

  get isAcknowledged(): boolean {
    return this.#isAcknowledged;
  }

  get acknowledgedSamples(): number {
    return this.#acknowledgedSamples;
  }

  /** @throws {EvictedError} */
  read(): Batch {
    if (this.#place.isEvicted()) throw new EvictedError();
    return this.#place.file.readBatch(this.#place.offset).batch;
  }

  readHashes(): Uint32Array {
    return this.#place.file.readBatch(this.#place.offset).hashes;
  }

  /** Records only a whole batch in the file: a later process sends a partly acknowledged one from its start. */
  acknowledge(samples = this.samples): void {
    if (this.#isAcknowledged) return;
    this.#acknowledgedSamples = samples;
    if (samples < this.samples) return;
    try {
      this.#place.file.append({ type: 'acknowledged', index: this.#place.index });
    } catch {
      // On a full disk, the next process may send the batch again with the same timestamps and values.
    }
    this.markAcknowledged();
  }

  /** Applies an acknowledgement that is already in the file. */
  markAcknowledged(): void {
    if (this.#isAcknowledged) return;
    this.#isAcknowledged = true;
    this.#acknowledgedSamples = this.samples;
    this.#place.onAcknowledged();
  }
}
