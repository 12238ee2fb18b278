import type { Batch } from '../batch/batch.ts';
import type { CycleFile } from './cycle-file.ts';
import type { BatchKind, KnownBatch } from './cycle-store.ts';
import { GivenUpError } from './given-up-error.ts';

interface Place {
  readonly file: CycleFile;
  readonly offset: number;
  /** Which batch of the file it is, from 0. */
  readonly index: number;
  readonly onSettled: () => void;
  readonly isEvicted: () => boolean;
}

/** A batch in the file of its cycle. */
export class DiskBatch implements KnownBatch {
  readonly kind: BatchKind;
  readonly samples: number;
  readonly heldBytes = 0;
  readonly isOnDisk = true;
  readonly #place: Place;
  #isSettled = false;
  #settledSamples = 0;

  constructor({ kind, samples }: { kind: BatchKind; samples: number }, place: Place) {
    this.kind = kind;
    this.samples = samples;
    this.#place = place;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  get settledSamples(): number {
    return this.#settledSamples;
  }

  /** @throws {GivenUpError} */
  read(): Batch {
    if (this.#place.isEvicted()) throw new GivenUpError();
    return this.#place.file.readBatch(this.#place.offset).batch;
  }

  readHashes(): Uint32Array {
    return this.#place.file.readBatch(this.#place.offset).hashes;
  }

  /** The file is told only of the whole: another process sends it once more from its beginning. */
  settle(samples = this.samples): void {
    if (this.#isSettled) return;
    this.#settledSamples = samples;
    if (samples < this.samples) return;
    try {
      this.#place.file.append({ type: 'settled', index: this.#place.index });
    } catch {
      // A full disk: the next process may send it once more, with the same timestamps and values. If
      // something newer came in between, the receiver refuses it then, although it has it.
    }
    this.markSettled();
  }

  /** The file says so already. */
  markSettled(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#settledSamples = this.samples;
    this.#place.onSettled();
  }
}
