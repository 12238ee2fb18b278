import type { CycleFile } from './cycle-file.ts';
import type { BatchKind, KeptCycle, KnownBatch, NewBatch } from './cycle-store.ts';
import { DiskBatch } from './disk-batch.ts';
import { MemoryBatch } from './memory-batch.ts';

export interface DiskCycleOptions {
  /** Its place among the cycles: clocks are set back, it never is. */
  readonly number: number;
  readonly timestampMs: number;
  /** Absent if it could not be made. */
  readonly file: CycleFile | undefined;
  /** Told when nothing of the cycle is left to be sent. */
  readonly onSettled: (cycle: DiskCycle) => void;
}

/** A cycle and its file, and what the file could not take. */
export class DiskCycle implements KeptCycle {
  readonly number: number;
  readonly timestampMs: number;
  readonly batches: KnownBatch[] = [];
  readonly #placed: DiskBatch[] = [];
  /** Whether the file holds all of it, to its end. */
  isCommitted = false;
  /** Whether a later one came, so that its values are the last ones no more. */
  isPast = false;
  /** Whether some of it is neither in the file nor in `batches`. */
  hasOverflowed = false;
  isBeingSent = false;
  isEvicted = false;
  /** Of it, its repetitions, and what else was sent until the next one. */
  latestMs: number;
  readonly #file: CycleFile | undefined;
  readonly #onSettled: (cycle: DiskCycle) => void;
  #isWhole: boolean;
  #unsettled = 0;
  #heldBytes = 0;

  constructor({ number, timestampMs, file, onSettled }: DiskCycleOptions) {
    this.number = number;
    this.timestampMs = timestampMs;
    this.latestMs = timestampMs;
    this.#file = file;
    this.#isWhole = file !== undefined;
    this.#onSettled = onSettled;
  }

  get isSettled(): boolean {
    return this.#unsettled === 0;
  }

  /** Whether the file holds every batch so far. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** On disk. */
  get fileBytes(): number {
    return this.#file?.size ?? 0;
  }

  /** In memory, because the file could not take them. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** @throws {Error} If the file cannot take it. */
  append(added: NewBatch): KnownBatch {
    if (this.#file === undefined) throw new Error('there is no file');
    const { kind, batch } = added;
    const offset = this.#file.append({ type: 'batch', ...added });
    return this.place({ kind, samples: batch.samples, offset });
  }

  /** Takes in a batch that the file already holds. */
  place({ kind, samples, offset }: PlacedBatch): DiskBatch {
    const file = this.#file;
    if (file === undefined) throw new Error('there is no file');
    const onSettled = (): void => this.#settle();
    const index = this.#placed.length;
    const isEvicted = (): boolean => this.isEvicted;
    const where = { file, offset, index, onSettled, isEvicted };
    const placed = new DiskBatch({ kind, samples }, where);
    this.#placed.push(placed);
    return this.#take(placed);
  }

  /** The file says so. */
  markSettled(index: number): void {
    this.#placed[index]?.markSettled();
  }

  /** Takes in a batch that the file could not take. */
  hold(added: NewBatch): KnownBatch {
    this.#isWhole = false;
    this.#heldBytes += added.batch.body.length + added.hashes.byteLength;
    const onSettled = (): void => this.#settle();
    return this.#take(new MemoryBatch(added, { isKept: true, onSettled }));
  }

  /**
   * Ends the file. What it holds then outlives a loss of power, too.
   *
   * @throws {Error} If the file cannot take it.
   */
  commit(): void {
    this.#file?.append({ type: 'commit' });
    this.#file?.sync();
    this.isCommitted = true;
  }

  /** @throws {Error} If the file cannot be written. */
  markPast(): void {
    if (this.isPast) return;
    this.#file?.markPast(this.timestampMs);
    this.isPast = true;
  }

  /** @throws {Error} If the file cannot take it. */
  noteTimestamp(timestampMs: number): void {
    this.latestMs = Math.max(this.latestMs, timestampMs);
    this.#file?.append({ type: 'repeated', timestampMs });
  }

  /** Until it is needed again. */
  close(): void {
    this.#file?.close();
  }

  /** @throws {Error} If the file cannot be removed. */
  remove(): void {
    this.#file?.remove();
  }

  #take<T extends KnownBatch>(batch: T): T {
    this.batches.push(batch);
    this.#unsettled++;
    return batch;
  }

  #settle(): void {
    this.#unsettled--;
    if (this.#unsettled === 0) this.#onSettled(this);
  }
}

export interface PlacedBatch {
  readonly kind: BatchKind;
  readonly samples: number;
  readonly offset: number;
}
