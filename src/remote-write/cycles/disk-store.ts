import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Batch } from '../batch.ts';
import { CycleFile } from './cycle-file.ts';
import type { BatchKind, CycleDraft, CycleStore, KeptBatch, KeptCycle } from './cycle-store.ts';
import { DiskCycle } from './disk-cycle.ts';
import { MemoryBatch } from './memory-batch.ts';
import { readCycle } from './read-cycle.ts';

export interface DiskStoreOptions {
  /** Of this receiver alone; made if it is not there. */
  readonly folder: string;
  /** Of all files together. What is beyond goes, the oldest first. */
  readonly maxBytes: number;
  readonly onWarning: (message: string) => void;
  /** Told how many samples are given up before the receiver had them. */
  readonly onDropped: (reason: 'size', samples: number) => void;
}

/**
 * Keeps cycles in files, one each: the last one, and older ones as long as something in them is to
 * be sent. One process at a time may use the folder.
 */
export class DiskStore implements CycleStore {
  readonly keepsUnsettled = true;
  readonly #options: DiskStoreOptions;
  /** Oldest first. */
  #cycles: DiskCycle[];
  #draft: DiskCycle | undefined;
  /** The last one whose file is whole: what the next process will know. */
  #committed: DiskCycle | undefined;
  #last: KeptCycle | undefined;

  /** @throws {Error} If the folder cannot be used. */
  constructor(options: DiskStoreOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#cycles = this.#readFolder();
    this.#committed = this.#cycles.findLast(({ isCommitted }) => isCommitted);
    this.#last = this.#committed;
    for (const cycle of this.#cycles) this.#tidy(cycle);
  }

  get last(): KeptCycle | undefined {
    return this.#last;
  }

  get unsettled(): readonly KeptCycle[] {
    return this.#cycles.filter((cycle) => cycle !== this.#draft && !cycle.isSettled);
  }

  /** Younger than the last one: their process ended before they were committed. Oldest first. */
  get interrupted(): readonly DiskCycle[] {
    const { timestampMs } = this.#committed ?? { timestampMs: -Infinity };
    return this.#cycles.filter((cycle) => cycle.timestampMs > timestampMs);
  }

  /**
   * Ends a cycle whose process did not: with the series of the cycle before that it had not reached
   * yet, which nobody has seen end.
   */
  resume(cycle: DiskCycle, carried: Iterable<Batch>): void {
    for (const batch of carried) this.#append(cycle, 'carried', batch)?.settle();
    this.#commit(cycle);
  }

  begin(timestampMs: number): CycleDraft {
    const cycle = this.#create(timestampMs);
    if (cycle === undefined) return this.#draftInMemory(timestampMs);
    this.#draft = cycle;
    this.#cycles.push(cycle);
    let isWhole = true;
    return {
      add: (kind, batch) => {
        const kept = isWhole ? this.#append(cycle, kind, batch) : undefined;
        isWhole &&= kept !== undefined;
        return kept ?? cycle.adopt(new MemoryBatch(kind, batch, true));
      },
      commit: (series) => {
        this.#draft = undefined;
        cycle.series = series;
        this.#last = cycle;
        if (isWhole) this.#commit(cycle);
      },
      discard: () => {
        this.#draft = undefined;
        this.#remove(cycle);
      },
    };
  }

  #readFolder(): DiskCycle[] {
    const { folder, onWarning } = this.#options;
    const names = readdirSync(folder).filter((name) => /^\d+\.cycle$/.test(name));
    const onSettled = (cycle: DiskCycle): void => this.#tidy(cycle);
    return names
      .map((name) => readCycle(join(folder, name), { onSettled, onWarning }))
      .filter((cycle) => cycle !== undefined)
      .toSorted((a, b) => a.timestampMs - b.timestampMs);
  }

  #create(timestampMs: number): DiskCycle | undefined {
    const path = join(this.#options.folder, `${timestampMs}.cycle`);
    try {
      const file = CycleFile.create(path);
      file.append({ type: 'start', timestampMs });
      return new DiskCycle({ timestampMs, file }, (cycle) => this.#tidy(cycle));
    } catch (error) {
      this.#warnOfDisk(error);
      return undefined;
    }
  }

  /** Undefined if the disk is full, or as much is kept as may be. */
  #append(cycle: DiskCycle, kind: BatchKind, batch: Batch): KeptBatch | undefined {
    this.#makeRoom(batch.body.length);
    if (this.#bytes() + batch.body.length > this.#options.maxBytes) {
      this.#options.onWarning(
        `what is kept in ${this.#options.folder} has reached its limit of ${this.#options.maxBytes} bytes; the rest of the cycle is sent, but not kept`,
      );
      return undefined;
    }
    try {
      return cycle.append(kind, batch);
    } catch (error) {
      this.#warnOfDisk(error);
      return undefined;
    }
  }

  /** Gives up the oldest cycles, but never the last one: it says which series there were. */
  #makeRoom(bytes: number): void {
    for (const cycle of [...this.#cycles]) {
      if (this.#bytes() + bytes <= this.#options.maxBytes) return;
      if (cycle === this.#committed || cycle === this.#draft) return;
      const lost = cycle.batches.filter(({ isSettled }) => !isSettled);
      this.#options.onDropped('size', sum(lost.map(({ samples }) => samples)));
      this.#remove(cycle);
    }
  }

  /** A file without its end never replaces the one before it. */
  #commit(cycle: DiskCycle): void {
    this.#last = cycle;
    try {
      cycle.file.append({ type: 'commit' });
    } catch (error) {
      this.#warnOfDisk(error);
      return;
    }
    cycle.isCommitted = true;
    this.#committed = cycle;
    for (const other of [...this.#cycles]) this.#tidy(other);
  }

  #draftInMemory(timestampMs: number): CycleDraft {
    const batches: KeptBatch[] = [];
    return {
      add(kind, batch) {
        const kept = new MemoryBatch(kind, batch, true);
        batches.push(kept);
        return kept;
      },
      commit: (series) => {
        this.#last = { timestampMs, batches, series };
      },
      discard: () => undefined,
    };
  }

  /** Removes a cycle that nothing is needed of any more. */
  #tidy(cycle: DiskCycle): void {
    const isNeeded = cycle === this.#last || cycle === this.#draft || !cycle.isSettled;
    const isOld = cycle.timestampMs < (this.#committed?.timestampMs ?? -Infinity);
    if (isOld && !isNeeded) this.#remove(cycle);
  }

  #remove(cycle: DiskCycle): void {
    this.#cycles = this.#cycles.filter((other) => other !== cycle);
    cycle.file.remove();
  }

  #bytes(): number {
    return sum(this.#cycles.map(({ file }) => file.size));
  }

  #warnOfDisk(error: unknown): void {
    const { folder, onWarning } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    onWarning(`what is sent cannot be kept in ${folder}: ${reason}; free some space or mend it`);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
