import type fs from 'node:fs';

import { afterEach, describe, expect, it, vi } from 'vitest';

import {
  addCycle,
  createBatch,
  summary,
  useCycleFolder,
} from '../support/remote-write/cycle-folder.ts';

const disk = vi.hoisted(() => ({
  /** Bytes until the disk is full. */
  free: Infinity,
}));

vi.mock('node:fs', async (load) => {
  const original = await load<typeof fs>();
  return {
    ...original,
    writeSync(descriptor: number, bytes: Buffer, ...[offset = 0, length, at]: number[]): number {
      const wanted = length ?? bytes.length;
      // Overwriting needs no space.
      const isNew = (at ?? 0) + wanted > original.fstatSync(descriptor).size;
      if (!isNew) return original.writeSync(descriptor, bytes, offset, wanted, at);
      const fitting = Math.min(wanted, disk.free);
      if (fitting === 0) throw new Error('ENOSPC: no space left on device, write');
      disk.free -= fitting;
      return original.writeSync(descriptor, bytes, offset, fitting, at);
    },
  };
});

const folder = useCycleFolder();
afterEach(() => {
  disk.free = Infinity;
});

describe('DiskStore', () => {
  describe('at its size limit', () => {
    it('evicts the oldest cycle and counts its samples as dropped', () => {
      const store = folder.open(3500);
      const lost = addCycle(store, 1000, [{ byte: 1, size: 1000 }]);
      addCycle(store, 2000, [{ byte: 2, size: 1000 }]);
      addCycle(store, 3000, [{ byte: 3, size: 1000 }]);
      addCycle(store, 4000, [{ byte: 4, size: 1000 }]);

      expect(store.pending.map(({ timestampMs }) => timestampMs)).toEqual([2000, 3000, 4000]);
      expect(folder.dropped).toBe(2);
      expect(() => lost[0]?.read()).toThrow(/^evicted to make room/);
    });

    it('continues in memory until the process exits', () => {
      const store = folder.open(2500);
      addCycle(store, 1000, [{ byte: 1, size: 1000 }]);
      addCycle(store, 2000, [
        { byte: 2, size: 1000 },
        { byte: 3, size: 1000 },
      ]);

      expect(summary(store.last)).toEqual(['results 2 waits', 'results 3 waits']);
      expect(store.last?.batches.map(({ isPersisted }) => isPersisted)).toEqual([true, false]);
      expect(folder.warnings).toEqual([
        expect.stringMatching(
          /has reached its limit of 2500 bytes.* in memory until the process exits/,
        ),
      ]);
    });

    it('never lets a later process mistake an older cycle for the last one', () => {
      const store = folder.open(2500);
      addCycle(store, 1000, [{ byte: 1, size: 1000 }]);
      addCycle(store, 2000, [
        { byte: 2, size: 1000 },
        { byte: 3, size: 1000 },
      ]);

      const again = folder.open();

      expect(again.last).toBeUndefined();
      expect(again.interrupted.map(({ timestampMs }) => timestampMs)).toEqual([2000]);
      expect(again.pending.flatMap((cycle) => summary(cycle))).toEqual([
        'results 1 waits',
        'results 2 waits',
      ]);
      again.pending[0]?.batches[0]?.acknowledge();
      expect(folder.files()).toEqual(['2.cycle']);
    });

    it('keeps the latest cycle that fits, even if every cycle is large', () => {
      const store = folder.open(2500);
      for (let i = 1; i <= 20; i++) {
        addCycle(store, 1000 * i, [{ byte: i, size: 2000 }]).forEach((batch) =>
          batch.acknowledge(),
        );
        const lastMs = folder.open(2500).last?.timestampMs;
        expect([undefined, 1000 * i]).toContain(lastMs);
        expect(summary(store.last)).toEqual([`results ${i} sent`]);
      }
      // Each cycle that does not fit frees space for the next one.
      expect(folder.warnings).toHaveLength(10);
    });

    it('stays close to the limit, on disk and in memory', () => {
      const store = folder.open(5000);
      for (let i = 1; i <= 50; i++)
        addCycle(store, 1000 * i, [
          { byte: i, size: 2000 },
          { byte: i, size: 2000 },
        ]);

      const batches = store.pending.flatMap((cycle) => cycle.batches);
      expect(batches.filter(({ isPersisted }) => isPersisted).length).toBeLessThanOrEqual(2);
      expect(batches.filter(({ isPersisted }) => !isPersisted).length).toBeLessThanOrEqual(2);
      expect(2 * batches.length + folder.dropped).toBe(200);
    });

    it('limits the memory of one cycle and warns about the rest', () => {
      const store = folder.open(2500);
      const size = 1000;
      const sizes = [1, 2, 3, 4, 5, 6].map((byte) => ({ byte, size }));
      const kept = addCycle(store, 1000, sizes);

      expect(summary(store.last)).toEqual([1, 2, 3, 4].map((byte) => `results ${byte} waits`));
      expect(kept.slice(4).map(({ heldBytes }) => heldBytes)).toEqual([size, size]);
      expect(kept[5]?.read().body[0]).toBe(6);
      kept[5]?.acknowledge();
      expect(() => kept[5]?.read()).toThrow(/acknowledged/);
      expect(folder.warnings).toEqual([
        expect.stringContaining('in memory until the process exits'),
        expect.stringContaining('held in memory have reached the limit of 2500 bytes'),
      ]);
    });
  });

  describe('on a full disk', () => {
    it.each(Array.from({ length: 12 }, (_, i) => 12 * i))(
      'loses nothing until the process exits, with %i bytes left',
      (free) => {
        const store = folder.open();
        disk.free = free;
        addCycle(store, 1000, [{ byte: 1 }, { byte: 2 }]);
        addCycle(store, 2000, [{ byte: 3 }]);

        expect(store.pending.flatMap((cycle) => summary(cycle))).toEqual([
          'results 1 waits',
          'results 2 waits',
          'results 3 waits',
        ]);
        expect(summary(store.last)).toEqual(['results 3 waits']);
        expect(store.last?.batches[0]?.read().body).toEqual(Buffer.alloc(10, 3));
        expect(folder.warnings[0]).toContain('ENOSPC');
      },
    );

    it('removes acknowledged cycles even if no file is complete', () => {
      const store = folder.open();
      disk.free = 0;
      for (let i = 1; i <= 5; i++) {
        addCycle(store, 1000 * i, [{ byte: i }]).forEach((batch) => batch.acknowledge());
        expect(store.pending).toEqual([]);
      }

      expect(summary(store.last)).toEqual(['results 5 sent']);
      expect(store.latestMs).toBe(5000);
      expect(folder.files()).toEqual([]);
    });

    it('uses the disk again when it has space', () => {
      const store = folder.open();
      disk.free = 0;
      addCycle(store, 1000, [{ byte: 1 }]).forEach((batch) => batch.acknowledge());
      disk.free = Infinity;
      addCycle(store, 2000, [{ byte: 2 }]);

      expect(summary(folder.open().last)).toEqual(['results 2 waits']);
    });

    it('does not mistake the previous cycle for the last one if only the end of the file is missing', () => {
      addCycle(folder.open(), 1000, [{ byte: 1 }]).forEach((batch) => batch.acknowledge());
      const store = folder.open();
      const draft = store.begin(2000);
      draft.add(createBatch('results', 2));
      disk.free = 3;
      draft.commit();
      disk.free = Infinity;

      expect(store.last?.timestampMs).toBe(2000);
      const again = folder.open();
      expect(again.last).toBeUndefined();
      expect(again.interrupted.map(({ timestampMs }) => timestampMs)).toEqual([2000]);
    });
  });
});
