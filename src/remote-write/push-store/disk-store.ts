import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { createHashSeed, type HashSeed, noSeed } from '../series-hash/hash-seed.ts';
import { CycleFile } from './cycle-file.ts';
import {
  countPending,
  type CycleDraft,
  type CycleStore,
  type StoredBatch,
  type StoredCycle,
  type NewBatch,
} from './cycle-store.ts';
import { DiskCycle } from './disk-cycle.ts';
import { MemoryBatch } from './memory-batch.ts';
import { readCycle } from './read-cycle.ts';
import { syncFolder } from './sync-folder.ts';

export interface DiskStoreOptions {
  /** Folder of this receiver. Created if missing. */
  readonly folder: string;
  /**
   * Limit for all files, and a second time for batches that could not be written and are held in memory. The
   * oldest cycles are evicted first.
   */
  readonly maxBytes: number;
  readonly onWarning: (message: string) => void;
  /** Called when samples are evicted before the receiver has accepted them. */
  readonly onDropped: (reason: 'size', samples: number) => void;
}

/**
 * Stores cycles on disk, one file per cycle: the last cycle, and older ones with pending samples. The files
 * are append-only, so a killed process loses nothing that was written. Batches that cannot be written are
 * held in memory until the process exits. The next process then has no last cycle, rather than an outdated
 * one. Only one process at a time may use the folder.
 */
export class DiskStore implements CycleStore {
  readonly persistsPending = true;
  readonly hashSeed: HashSeed;
  readonly #options: DiskStoreOptions;
  /** All stored cycles, oldest first. */
  #cycles: DiskCycle[] = [];
  /** The last cycle with a complete file, which the next process will resume. */
  #committed: DiskCycle | undefined;
  #last: DiskCycle | undefined;
  #draft: DiskCycle | undefined;
  #nextNumber = 1;

  /** @throws {Error} The folder cannot be used. */
  constructor(options: DiskStoreOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#cycles = this.#readFolder();
    this.hashSeed = seedOf(this.#cycles.at(-1));
    this.#committed = this.#cycles.findLast(
      ({ isCommitted, isOutdated }) => isCommitted && !isOutdated,
    );
    this.#last = this.#committed;
    this.#cleanUpAll();
  }

  get last(): StoredCycle | undefined {
    return this.#last;
  }

  get pending(): readonly StoredCycle[] {
    return this.#cycles.filter((cycle) => cycle !== this.#draft && !cycle.isAcknowledged);
  }

  get latestMs(): number {
    return Math.max(-Infinity, ...this.#cycles.map(({ latestMs }) => latestMs));
  }

  /** Cycles after the last one that were not committed because their process ended. Oldest first. */
  get interrupted(): readonly DiskCycle[] {
    return this.#cycles.filter((cycle) => cycle !== this.#draft && !this.#isUpToLast(cycle));
  }

  /**
   * Completes an interrupted cycle.
   *
   * @param carried Series of the previous cycle that are missing from this one, with their old values.
   */
  resume(cycle: DiskCycle, carried: Iterable<NewBatch>): void {
    for (const batch of carried) this.#add(cycle, batch).acknowledge();
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

  recordTimestamp(timestampMs: number): void {
    try {
      this.#last?.recordTimestamp(timestampMs);
    } catch (error) {
      this.#warnOfDisk(error);
    }
  }

  #readFolder(): DiskCycle[] {
    const { folder, onWarning } = this.#options;
    const cycles: DiskCycle[] = [];
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const { name } = entry;
      const number = Number(/^(\d{1,12})\.cycle$/.exec(name)?.[1] ?? NaN);
      if (Number.isNaN(number)) continue;
      this.#nextNumber = Math.max(this.#nextNumber, number + 1);
      if (!entry.isFile()) {
        onWarning(`ignored ${join(folder, name)}, which is not a regular file`);
        continue;
      }
      const onAcknowledged = (acknowledged: DiskCycle): void => this.#cleanUp(acknowledged);
      const cycle = readCycle(join(folder, name), { number, onAcknowledged, onWarning });
      if (cycle !== undefined) cycles.push(cycle);
    }
    return cycles.toSorted((a, b) => a.number - b.number);
  }

  #create(timestampMs: number): DiskCycle {
    const number = this.#nextNumber++;
    const seed = this.hashSeed;
    const path = join(this.#options.folder, `${number}.cycle`);
    const onAcknowledged = (cycle: DiskCycle): void => this.#cleanUp(cycle);
    try {
      const file = CycleFile.create(path, timestampMs, seed);
      return new DiskCycle({ number, timestampMs, seed, file, onAcknowledged });
    } catch (error) {
      this.#warnOfDisk(error);
      return new DiskCycle({ number, timestampMs, seed, file: undefined, onAcknowledged });
    }
  }

  /** Holds the batch in memory if the disk is full or the limit is reached. */
  #add(cycle: DiskCycle, added: NewBatch): StoredBatch {
    const bytes = added.batch.body.length + added.hashes.byteLength;
    if (!cycle.isWhole) return this.#hold(cycle, added, bytes);
    if (!this.#makeRoom(bytes, 'fileBytes')) {
      const { folder, maxBytes, onWarning } = this.#options;
      onWarning(
        `${folder} has reached its limit of ${maxBytes} bytes (state_max_size), so the rest of this push is held in memory until the process exits`,
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

  #hold(cycle: DiskCycle, added: NewBatch, bytes: number): StoredBatch {
    if (this.#makeRoom(bytes, 'heldBytes')) return cycle.hold(added);
    if (!cycle.hasOverflowed) {
      this.#options.onWarning(
        `samples held in memory have reached the limit of ${this.#options.maxBytes} bytes (state_max_size), so the rest of this push is sent only once: it is not retried in later pushes, not resent, and its series get no stale markers`,
      );
    }
    cycle.hasOverflowed = true;
    return new MemoryBatch(added, { isResendable: false });
  }

  /** Evicts the oldest cycles, but never the last one, which is needed to end series. */
  #makeRoom(bytes: number, where: 'fileBytes' | 'heldBytes'): boolean {
    let excess = bytes - this.#options.maxBytes;
    for (const cycle of this.#cycles) excess += cycle[where];
    if (excess <= 0) return true;
    for (const cycle of this.#cycles.filter((one) => this.#isSuperseded(one) && one[where] > 0)) {
      if (excess <= 0) break;
      excess -= cycle[where];
      cycle.isEvicted = true;
      if (!cycle.isBeingSent) this.#options.onDropped('size', countPending(cycle.batches));
      this.#remove(cycle);
    }
    return excess <= 0;
  }

  #commit(cycle: DiskCycle): void {
    this.#last = cycle;
    this.#committed = cycle.isWhole && this.#tryCommit(cycle) ? cycle : undefined;
    if (this.#committed === undefined) this.#markOthersOutdated(cycle);
    this.#cleanUpAll();
    for (const other of this.#cycles) if (other !== cycle) other.close();
  }

  #tryCommit(cycle: DiskCycle): boolean {
    try {
      cycle.commit();
      syncFolder(this.#options.folder);
      return true;
    } catch (error) {
      this.#warnOfDisk(error);
      return false;
    }
  }

  /** Prevents the next process from resending outdated values. */
  #markOthersOutdated(cycle: DiskCycle): void {
    for (const other of this.#cycles.filter((one) => one !== cycle)) {
      try {
        other.markOutdated();
      } catch (error) {
        this.#warnOfDisk(error);
      }
    }
  }

  #cleanUpAll(): void {
    for (const cycle of this.#cycles) this.#cleanUp(cycle);
  }

  /** Removes a cycle that is no longer needed. */
  #cleanUp(cycle: DiskCycle): void {
    if (!cycle.isAcknowledged) return;
    if (this.#isSuperseded(cycle)) this.#remove(cycle);
    else if (cycle !== this.#draft) cycle.close();
  }

  #isSuperseded(cycle: DiskCycle): boolean {
    return cycle !== this.#committed && cycle !== this.#last && this.#isUpToLast(cycle);
  }

  #isUpToLast(cycle: DiskCycle): boolean {
    return cycle.isOutdated || cycle.number <= (this.#last?.number ?? -Infinity);
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
    onWarning(`cannot store samples in ${folder}: ${reason}; free space or fix the permissions`);
  }
}

/** Hashes are comparable only with the same seed, so a folder has one as long as it has a cycle. */
function seedOf(cycle: DiskCycle | undefined): HashSeed {
  return cycle === undefined ? createHashSeed() : (cycle.seed ?? noSeed);
}
