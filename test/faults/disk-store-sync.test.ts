import type fs from 'node:fs';
import { basename } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { addCycle, useCycleFolder } from '../support/remote-write/cycle-folder.ts';

const disk = vi.hoisted(() => ({
  /** Paths that were synced and removed, in order. */
  log: [] as string[],
  /** Thrown for the file or the folder of this name. */
  errors: new Map<string, string>(),
}));

vi.mock('node:fs', async (load) => {
  const original = await load<typeof fs>();
  return {
    ...original,
    fsyncSync(descriptor: number): void {
      const name = basename(original.readlinkSync(`/proc/self/fd/${descriptor}`));
      const code = disk.errors.get(name);
      if (code !== undefined) throw Object.assign(new Error(`${code}: fsync`), { code });
      original.fsyncSync(descriptor);
      disk.log.push(`sync ${name}`);
    },
    rmSync(path: string, options: object): void {
      disk.log.push(`remove ${basename(path)}`);
      original.rmSync(path, options);
    },
  };
});

const folder = useCycleFolder();
let name: string;
beforeEach(() => {
  name = basename(folder.path);
});
afterEach(() => {
  disk.log.length = 0;
  disk.errors.clear();
});

describe('DiskStore, prepared for a power loss', () => {
  it('syncs a cycle once, before it removes the previous one', () => {
    const store = folder.open();
    addCycle(store, 1000, [{ byte: 1 }, { byte: 2 }]).forEach((batch) => batch.acknowledge());
    addCycle(store, 2000, [{ byte: 3 }]).forEach((batch) => batch.acknowledge());
    store.recordTimestamp(3000);

    expect(disk.log).toEqual([
      ...['sync 1.cycle', `sync ${name}`],
      ...['sync 2.cycle', `sync ${name}`, 'remove 1.cycle'],
    ]);
  });

  it('ignores folders that cannot be synced', () => {
    disk.errors.set(name, 'EINVAL');
    addCycle(folder.open(), 1000, [{ byte: 1 }]);

    expect(folder.warnings).toEqual([]);
    expect(folder.open().last?.timestampMs).toBe(1000);
  });

  it.each(['file', 'folder'])('warns if the %s cannot be synced', (what) => {
    const store = folder.open();
    addCycle(store, 1000, [{ byte: 1 }]);
    disk.errors.set(what === 'file' ? '2.cycle' : name, 'EIO');
    addCycle(store, 2000, [{ byte: 2 }]);

    expect(folder.warnings).toEqual([expect.stringContaining('EIO')]);
    expect(store.last?.timestampMs).toBe(2000);
  });
});
