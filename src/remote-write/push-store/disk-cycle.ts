import type { HashSeed } from '../series-hash/hash-seed.ts';
import type { CycleFile } from './cycle-file.ts';
import type { BatchKind, StoredCycle, HashedBatch, NewBatch } from './cycle-store.ts';
import { DiskBatch } from './disk-batch.ts';
import { MemoryBatch } from './memory-batch.ts';

export interface DiskCycleOptions {
  /** Sequence number of the cycle. Unlike timestamps, it always increases. */
  readonly number: number;
  readonly timestampMs: number;
  /** Seed of the hashes in the file. Absent in a file of an earlier version. */
  readonly seed: HashSeed | undefined;
  /** Absent if the file could not be created. */
  readonly file: CycleFile | undefined;
  /** Called when all batches of the cycle are acknowledged. */
  readonly onAcknowledged: (cycle: DiskCycle) => void;
}

/** A cycle with its file. Batches that could not be written are held in memory. */
export class DiskCycle implements StoredCycle {
  readonly number: number;
  readonly timestampMs: number;
  readonly seed: HashSeed | undefined;
  readonly batches: HashedBatch[] = [];
  readonly #placed: DiskBatch[] = [];
  /** Whether the file contains the complete cycle. */
  isCommitted = false;
  /** Whether there was a later cycle, so that the values of this one must not be resent. */
  isOutdated = false;
  /** Whether some batches are neither in the file nor in `batches`. */
  hasOverflowed = false;
  isBeingSent = false;
  isEvicted = false;
  /** Latest timestamp of the cycle and its resends, in milliseconds since the Unix epoch. */
  latestMs: number;
  readonly #file: CycleFile | undefined;
  readonly #onAcknowledged: (cycle: DiskCycle) => void;
  #isWhole: boolean;
  #pending = 0;
  #heldBytes = 0;

  constructor({ number, timestampMs, seed, file, onAcknowledged }: DiskCycleOptions) {
    this.number = number;
    this.timestampMs = timestampMs;
    this.seed = seed;
    this.latestMs = timestampMs;
    this.#file = file;
    this.#isWhole = file !== undefined;
    this.#onAcknowledged = onAcknowledged;
  }

  get isAcknowledged(): boolean {
    return this.#pending === 0;
  }

  /** Whether the file contains every batch so far. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Size on disk. */
  get fileBytes(): number {
    return this.#file?.size ?? 0;
  }

  /** Size of the batches in memory. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** @throws {Error} The batch could not be written. */
  append(added: NewBatch): HashedBatch {
    if (this.#file === undefined) throw new Error('the cycle has no file');
    const { kind, batch } = added;
    const offset = this.#file.append({ type: 'batch', ...added });
    return this.place({ kind, samples: batch.samples, offset });
  }

  /** Adds a batch that is already in the file. */
  place({ kind, samples, offset }: PlacedBatch): DiskBatch {
    const file = this.#file;
    if (file === undefined) throw new Error('the cycle has no file');
    const onAcknowledged = (): void => this.#acknowledgeOne();
    const index = this.#placed.length;
    const isEvicted = (): boolean => this.isEvicted;
    const where = { file, offset, index, onAcknowledged, isEvicted };
    const placed = new DiskBatch({ kind, samples }, where);
    this.#placed.push(placed);
    return this.#addBatch(placed);
  }

  /** Applies an acknowledgement that is already in the file. */
  markAcknowledged(index: number): void {
    this.#placed[index]?.markAcknowledged();
  }

  /** Holds a batch in memory because it could not be written. */
  hold(added: NewBatch): HashedBatch {
    this.#isWhole = false;
    this.#heldBytes += added.batch.body.length + added.hashes.byteLength;
    const onAcknowledged = (): void => this.#acknowledgeOne();
    return this.#addBatch(new MemoryBatch(added, { isResendable: true, onAcknowledged }));
  }

  /**
   * Completes the file and flushes it to disk.
   *
   * @throws {Error} The disk failed.
   */
  commit(): void {
    this.#file?.append({ type: 'commit' });
    this.#file?.sync();
    this.isCommitted = true;
  }

  /** @throws {Error} The file could not be written. */
  markOutdated(): void {
    if (this.isOutdated) return;
    this.#file?.markOutdated(this);
    this.isOutdated = true;
  }

  /** @throws {Error} The file could not be written. */
  recordTimestamp(timestampMs: number): void {
    this.latestMs = Math.max(this.latestMs, timestampMs);
    this.#file?.append({ type: 'resent', timestampMs });
  }

  /** Closes the file. The next access opens it again. */
  close(): void {
    this.#file?.close();
  }

  /** @throws {Error} The file could not be removed. */
  remove(): void {
    this.#file?.remove();
  }

  #addBatch<T extends HashedBatch>(batch: T): T {
    this.batches.push(batch);
    this.#pending++;
    return batch;
  }

  #acknowledgeOne(): void {
    this.#pending--;
    if (this.#pending === 0) this.#onAcknowledged(this);
  }
}

export interface PlacedBatch {
  readonly kind: BatchKind;
  readonly samples: number;
  readonly offset: number;
}
