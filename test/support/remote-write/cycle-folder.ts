import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import type {
  BatchKind,
  CycleStore,
  StoredBatch,
  StoredCycle,
  NewBatch,
} from '../../../src/remote-write/push-store/cycle-store.ts';
import { DiskStore } from '../../../src/remote-write/push-store/disk-store.ts';

/** A folder for cycles, with the warnings of stores that were opened in it. */
export class CycleFolder {
  readonly warnings: string[] = [];
  /** Samples that were dropped. */
  dropped = 0;
  #path = '';

  get path(): string {
    return this.#path;
  }

  create(): void {
    this.#path = mkdtempSync(join(tmpdir(), 'cycles-'));
    this.warnings.length = 0;
    this.dropped = 0;
  }

  open(maxBytes = 1e8): DiskStore {
    return new DiskStore({
      folder: this.path,
      maxBytes,
      onWarning: (message) => this.warnings.push(message),
      onDropped: (_, samples) => {
        this.dropped += samples;
      },
    });
  }

  files(): string[] {
    return readdirSync(this.path).toSorted();
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Creates an empty folder for each test of the file. */
export function useCycleFolder(): CycleFolder {
  const folder = new CycleFolder();
  beforeEach(() => folder.create());
  afterEach(() => folder.remove());
  return folder;
}

/** Two samples whose request body repeats one byte. */
export function createBatch(kind: BatchKind, byte: number, size = 10): NewBatch {
  const body = Buffer.alloc(size, byte);
  const hashes = kind === 'self' ? [] : [byte, 1, byte, 2];
  return { kind, batch: { version: '2.0', samples: 2, body }, hashes: new Uint32Array(hashes) };
}

/** Stores a complete cycle of results. */
export function addCycle(
  store: CycleStore,
  timestampMs: number,
  bodies: readonly { readonly byte: number; readonly size?: number }[],
): StoredBatch[] {
  const draft = store.begin(timestampMs);
  const kept = bodies.map(({ byte, size }) => draft.add(createBatch('results', byte, size)));
  draft.commit();
  return kept;
}

/** Describes each batch by its samples and its outcome. */
export function summary(cycle: StoredCycle | undefined): string[] {
  return (cycle?.batches ?? []).map(
    (batch) => `${batch.kind} ${batch.read().body[0]} ${batch.isAcknowledged ? 'sent' : 'waits'}`,
  );
}
