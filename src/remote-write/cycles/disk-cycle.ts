import type { Batch } from '../batch.ts';
import type { SeriesSet } from '../series-set.ts';
import type { CycleFile } from './cycle-file.ts';
import type { BatchKind, KeptBatch, KeptCycle } from './cycle-store.ts';
import { DiskBatch } from './disk-batch.ts';

/** A cycle and its file. */
export class DiskCycle implements KeptCycle {
  readonly timestampMs: number;
  readonly file: CycleFile;
  series: SeriesSet | undefined;
  /** Whether the file holds all of it, to its end. */
  isCommitted = false;
  readonly #batches: KeptBatch[] = [];
  readonly #onSettled: (cycle: DiskCycle) => void;
  #written = 0;

  constructor(
    { timestampMs, file }: { timestampMs: number; file: CycleFile },
    onSettled: (cycle: DiskCycle) => void,
  ) {
    this.timestampMs = timestampMs;
    this.file = file;
    this.#onSettled = onSettled;
  }

  get batches(): readonly KeptBatch[] {
    return this.#batches;
  }

  get isSettled(): boolean {
    return this.#batches.every(({ isSettled }) => isSettled);
  }

  /** @throws {Error} If the file cannot take it. */
  append(kind: BatchKind, batch: Batch): KeptBatch {
    return this.place(kind, batch, this.file.append({ type: 'batch', kind, ...batch }));
  }

  /** Takes in a batch that the file already holds. */
  place(kind: BatchKind, { samples }: Batch, offset: number): DiskBatch {
    const index = this.#written++;
    const onSettled = (): void => this.#onSettled(this);
    const placed = new DiskBatch({ kind, samples }, { file: this.file, offset, index, onSettled });
    this.#batches.push(placed);
    return placed;
  }

  /** Takes in a batch that the file could not take. */
  adopt(batch: KeptBatch): KeptBatch {
    this.#batches.push(batch);
    return batch;
  }
}
