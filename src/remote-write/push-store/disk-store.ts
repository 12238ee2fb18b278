import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { CycleFile } from './cycle-file.ts';
import {
  countWaiting,
  type CycleDraft,
  type CycleStore,
  type KeptBatch,
  type KeptCycle,
  type NewBatch,
} from './cycle-store.ts';
import { DiskCycle } from './disk-cycle.ts';
import { MemoryBatch } from './memory-batch.ts';
import { readCycle } from './read-cycle.ts';
import { syncFolder } from './sync-folder.ts';

export interface DiskStoreOptions {
  /** Of this receiver alone; made if it is not there. */
  readonly folder: string;
  /**
   * Of all files together, and again of what they could not take and memory holds. What is beyond
   * goes, the oldest first.
   */
  readonly maxBytes: number;
  readonly onWarning: (message: string) => void;
  /** Told how many samples are given up before the receiver had them. */
  readonly onDropped: (reason: 'size', samples: number) => void;
}

/**
 * Keeps cycles in files, one each: the last one, and older ones as long as something in them is to
 * be sent. What the disk does not take is kept in memory, as long as the process lives; the next one
 * then knows of no last cycle, rather than an older one. One process at a time may use the folder.
 */
export class DiskStore implements CycleStore {
  readonly keepsUnsettled = true;
  readonly #options: DiskStoreOptions;
  /** Oldest first. */
  #cycles: DiskCycle[] = [];
  /** The last one whose file is whole: what the next process will know. */
  #committed: DiskCycle | undefined;
  #last: DiskCycle | undefined;
  #draft: DiskCycle | undefined;
  #nextNumber = 1;

  /** @throws {Error} If the folder cannot be used. */
  constructor(options: DiskStoreOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#cycles = this.#readFolder();
    this.#committed = this.#cycles.findLast(({ isCommitted, isPast }) => isCommitted && !isPast);
    this.#last = this.#committed;
    this.#tidyAll();
  }

  get last(): KeptCycle | undefined {
    return this.#last;
  }

  get unsettled(): readonly KeptCycle[] {
    return this.#cycles.filter((cycle) => cycle !== this.#draft && !cycle.isSettled);
  }

  get latestMs(): number {
    return Math.max(-Infinity, ...this.#cycles.map(({ latestMs }) => latestMs));
  }

  /** Younger than the last one: their process ended before they were committed. Oldest first. */
  get interrupted(): readonly DiskCycle[] {
    return this.#cycles.filter((cycle) => cycle !== this.#draft && !this.#isUpToLast(cycle));
  }

  /**
   * Ends a cycle whose process did not: with the series of the cycle before that it had not reached
   * yet, which nobody has seen end.
   */
  resume(cycle: DiskCycle, carried: Iterable<NewBatch>): void {
    for (const batch of carried) this.#add(cycle, batch).settle();
    this.#commit(cycle);
  }

  begin(timestampMs: number): CycleDraft {
    const cycle = this.#create(timestampMs);
    this.#draft = cycle;
    this.#cycles.push(cycle);
    return {
      add: (batch) => this.#add(cycle, batch),
      commit: () => {
        this.#draft = undefined;
        this.#commit(cycle);
      },
      discard: () => {
        this.#draft = undefined;
        this.#remove(cycle);
      },
    };
  }

  noteTimestamp(timestampMs: number): void {
    try {
      this.#last?.noteTimestamp(timestampMs);
    } catch (error) {
      this.#warnOfDisk(error);
    }
  }

  #readFolder(): DiskCycle[] {
    const { folder, onWarning } = this.#options;
    const cycles: DiskCycle[] = [];
    for (const name of readdirSync(folder)) {
      const number = Number(/^(\d{1,12})\.cycle$/.exec(name)?.[1] ?? NaN);
      if (Number.isNaN(number)) continue;
      this.#nextNumber = Math.max(this.#nextNumber, number + 1);
      const onSettled = (settled: DiskCycle): void => this.#tidy(settled);
      const cycle = readCycle(join(folder, name), { number, onSettled, onWarning });
      if (cycle !== undefined) cycles.push(cycle);
    }
    return cycles.toSorted((a, b) => a.number - b.number);
  }

  #create(timestampMs: number): DiskCycle {
    const number = this.#nextNumber++;
    const path = join(this.#options.folder, `${number}.cycle`);
    const onSettled = (cycle: DiskCycle): void => this.#tidy(cycle);
    try {
      const file = CycleFile.create(path, timestampMs);
      return new DiskCycle({ number, timestampMs, file, onSettled });
    } catch (error) {
      this.#warnOfDisk(error);
      return new DiskCycle({ number, timestampMs, file: undefined, onSettled });
    }
  }

  /** In memory, if the disk is full, or as much is kept as may be. */
  #add(cycle: DiskCycle, added: NewBatch): KeptBatch {
    const bytes = added.batch.body.length + added.hashes.byteLength;
    if (!cycle.isWhole) return this.#hold(cycle, added, bytes);
    if (!this.#makeRoom(bytes, 'fileBytes')) {
      const { folder, maxBytes, onWarning } = this.#options;
      onWarning(
        `what is kept in ${folder} has reached its limit of ${maxBytes} bytes; the rest of the cycle is kept in memory only, until this process ends`,
      );
      return this.#hold(cycle, added, bytes);
    }
    try {
      return cycle.append(added);
    } catch (error) {
      this.#warnOfDisk(error);
      return this.#hold(cycle, added, bytes);
    }
  }

  #hold(cycle: DiskCycle, added: NewBatch, bytes: number): KeptBatch {
    if (this.#makeRoom(bytes, 'heldBytes')) return cycle.hold(added);
    if (!cycle.hasOverflowed) {
      this.#options.onWarning(
        `memory has reached its limit of ${this.#options.maxBytes} bytes for what cannot be kept on disk; the rest of the cycle is sent once or never, and neither repeated nor ended`,
      );
    }
    cycle.hasOverflowed = true;
    return new MemoryBatch(added, { isKept: false });
  }

  /** Gives up the oldest cycles, but never one that says which series there were. */
  #makeRoom(bytes: number, where: 'fileBytes' | 'heldBytes'): boolean {
    let excess = bytes - this.#options.maxBytes;
    for (const cycle of this.#cycles) excess += cycle[where];
    if (excess <= 0) return true;
    for (const cycle of this.#cycles.filter((one) => this.#isSuperseded(one) && one[where] > 0)) {
      if (excess <= 0) break;
      excess -= cycle[where];
      cycle.isEvicted = true;
      if (!cycle.isBeingSent) this.#options.onDropped('size', countWaiting(cycle.batches));
      this.#remove(cycle);
    }
    return excess <= 0;
  }

  #commit(cycle: DiskCycle): void {
    this.#last = cycle;
    this.#committed = cycle.isWhole && this.#tryToEnd(cycle) ? cycle : undefined;
    if (this.#committed === undefined) this.#outdateAllBut(cycle);
    this.#tidyAll();
    for (const other of this.#cycles) if (other !== cycle) other.close();
  }

  #tryToEnd(cycle: DiskCycle): boolean {
    try {
      cycle.commit();
      syncFolder(this.#options.folder);
      return true;
    } catch (error) {
      this.#warnOfDisk(error);
      return false;
    }
  }

  /** Otherwise the next process would repeat values that were the last ones long ago. */
  #outdateAllBut(cycle: DiskCycle): void {
    for (const other of this.#cycles.filter((one) => one !== cycle)) {
      try {
        other.markPast();
      } catch (error) {
        this.#warnOfDisk(error);
      }
    }
  }

  #tidyAll(): void {
    for (const cycle of this.#cycles) this.#tidy(cycle);
  }

  /** Removes a cycle that nothing is needed of any more. */
  #tidy(cycle: DiskCycle): void {
    if (!cycle.isSettled) return;
    if (this.#isSuperseded(cycle)) this.#remove(cycle);
    else if (cycle !== this.#draft) cycle.close();
  }

  #isSuperseded(cycle: DiskCycle): boolean {
    return cycle !== this.#committed && cycle !== this.#last && this.#isUpToLast(cycle);
  }

  #isUpToLast(cycle: DiskCycle): boolean {
    return cycle.isPast || cycle.number <= (this.#last?.number ?? -Infinity);
  }

  #remove(cycle: DiskCycle): void {
    this.#cycles = this.#cycles.filter((other) => other !== cycle);
    try {
      cycle.remove();
    } catch (error) {
      this.#warnOfDisk(error);
    }
  }

  #warnOfDisk(error: unknown): void {
    const { folder, onWarning } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    onWarning(`what is sent cannot be kept in ${folder}: ${reason}; free some space or mend it`);
  }
}
