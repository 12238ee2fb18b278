import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { BatchCodec } from '../batch/batch-codec.ts';
import type { CycleStore } from './cycle-store.ts';
import { DiskStore, type DiskStoreOptions } from './disk-store.ts';
import { MemoryStore } from './memory-store.ts';
import { OneShotStore } from './one-shot-store.ts';
import { resumeCycles } from './resume-cycles.ts';
import { watchForStrays } from './stray-folders.ts';

export interface StoreOptions extends Omit<DiskStoreOptions, 'folder'> {
  /** Folder for the state of the whole process; absent if there is none. */
  readonly stateDir: string | undefined;
  /** Tells the receiver from others, and is the same in every run. */
  readonly receiver: string;
  /** Whether the last cycle will be sent again by this process. */
  readonly repeats: boolean;
  readonly codec: BatchCodec;
}

/** Where cycles are kept: on disk if there is a place for it, and no longer than needed if not. */
export function openStore({ stateDir, ...options }: StoreOptions): CycleStore {
  const inMemory = options.repeats ? new MemoryStore() : new OneShotStore();
  if (stateDir === undefined) return inMemory;
  const folder = join(stateDir, 'remote-write', folderName(options.receiver));
  try {
    const store = new DiskStore({ ...options, folder });
    resumeCycles(store, options);
    watchForStrays(folder, options.onWarning);
    return store;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    options.onWarning(
      `${folder} cannot be used, so nothing that a receiver does not take is kept: ${reason}`,
    );
    return inMemory;
  }
}

/** Readable, and never the same for two receivers. */
function folderName(receiver: string): string {
  const readable = receiver.replaceAll(/[^a-zA-Z0-9.-]+/g, '_').slice(0, 60);
  return `${readable}-${createHash('sha256').update(receiver).digest('hex').slice(0, 12)}`;
}
