import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { BatchCodec } from '../batch/batch-codec.ts';
import type { CycleStore } from './cycle-store.ts';
import { DiskStore, type DiskStoreOptions } from './disk-store.ts';
import { MemoryStore } from './memory-store.ts';
import { OneShotStore } from './one-shot-store.ts';
import { resumeCycles } from './resume-cycles.ts';
import { watchForStrays } from './stray-folders.ts';

export interface StoreOptions extends Omit<DiskStoreOptions, 'folder'> {
  /** State folder of the process. Absent if none is configured. */
  readonly stateDir: string | undefined;
  /** Identifies the receiver across runs. */
  readonly receiver: string;
  /** Whether this process resends the last cycle. */
  readonly resends: boolean;
  readonly codec: BatchCodec;
}

/** Opens a store on disk, or in memory if there is no usable state folder. */
export function openStore({ stateDir, ...options }: StoreOptions): CycleStore {
  const inMemory = options.resends ? new MemoryStore() : new OneShotStore();
  if (stateDir === undefined) return inMemory;
  const folder = join(stateDir, 'remote-write', folderName(options.receiver));
  try {
    rejectLink(dirname(folder));
    rejectLink(folder);
    const store = new DiskStore({ ...options, folder });
    resumeCycles(store, options);
    watchForStrays(folder, options.onWarning);
    return store;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    options.onWarning(
      `cannot use ${folder}, so undelivered samples are lost when the process exits: ${reason}`,
    );
    return inMemory;
  }
}

/** Returns a readable name that is unique for each receiver. */
function folderName(receiver: string): string {
  const readable = receiver.replaceAll(/[^a-zA-Z0-9.-]+/g, '_').slice(0, 60);
  return `${readable}-${createHash('sha256').update(receiver).digest('hex').slice(0, 12)}`;
}

/** Only the state folder itself may be a link, because the user chooses it. Others may write into it. */
function rejectLink(folder: string): void {
  const isLink = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink) throw new Error(`${folder} is a symbolic link; remove it`);
}
