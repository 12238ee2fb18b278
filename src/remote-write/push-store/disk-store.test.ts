import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  addCycle,
  createBatch,
  summary,
  useCycleFolder,
} from '../../../test/support/remote-write/cycle-folder.ts';

const folder = useCycleFolder();

describe('DiskStore', () => {
  it('is empty at first', () => {
    const store = folder.open();

    expect(store.last).toBeUndefined();
    expect(store.pending).toEqual([]);
    expect(store.latestMs).toBe(-Infinity);
  });

  it('restores the last cycle and its pending batches', () => {
    const store = folder.open();
    const draft = store.begin(1000);
    draft.add(createBatch('results', 1)).acknowledge();
    draft.add(createBatch('markers', 2));
    draft.commit();
    draft.add(createBatch('self', 3));

    const { last, pending } = folder.open();

    expect(last?.timestampMs).toBe(1000);
    expect(summary(last)).toEqual(['results 1 sent', 'markers 2 waits', 'self 3 waits']);
    expect(last?.batches[1]?.read()).toEqual(createBatch('markers', 2).batch);
    expect(last?.batches[1]?.readHashes()).toEqual(createBatch('markers', 2).hashes);
    expect(pending).toEqual([last]);
    expect(folder.warnings).toEqual([]);
  });

  it('ignores links to files, and does not change what they lead to', () => {
    const target = join(folder.path, 'target');
    writeFileSync(target, 'precious');
    folder.open();
    symlinkSync(target, join(folder.path, '7.cycle'));

    const store = folder.open();
    addCycle(store, 1000, [{ byte: 1 }]);

    expect(folder.warnings).toEqual([
      expect.stringMatching(/7\.cycle, which is not a regular file$/),
    ]);
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });

  it('has one seed of hashes as long as it has cycles, and another one in another folder', () => {
    expect(folder.open().hashSeed).not.toEqual(folder.open().hashSeed);
    const first = folder.open();
    addCycle(first, 1000, [{ byte: 1 }]);
    addCycle(first, 2000, [{ byte: 2 }]);

    expect(folder.open().hashSeed).toEqual(first.hashSeed);
  });

  it('stores older cycles only until they are sent', () => {
    const store = folder.open();
    const waiting = addCycle(store, 1000, [{ byte: 1 }]);
    addCycle(store, 2000, [{ byte: 2 }]);
    addCycle(store, 3000, [{ byte: 3 }]).forEach((batch) => batch.acknowledge());
    expect(folder.files()).toEqual(['1.cycle', '2.cycle', '3.cycle']);

    waiting.forEach((batch) => batch.acknowledge());

    expect(folder.files()).toEqual(['2.cycle', '3.cycle']);
    expect(folder.open().pending.map(({ timestampMs }) => timestampMs)).toEqual([2000]);
  });

  it('removes a sent cycle when the next one is complete', () => {
    const store = folder.open();
    addCycle(store, 1000, [{ byte: 1 }]).forEach((batch) => batch.acknowledge());
    expect(folder.files()).toEqual(['1.cycle']);

    addCycle(store, 2000, [{ byte: 2 }]);

    expect(folder.files()).toEqual(['2.cycle']);
  });

  it('orders cycles by number, because the clock may be set back', () => {
    const store = folder.open();
    addCycle(store, 9000, [{ byte: 1 }]);
    addCycle(store, 1000, [{ byte: 2 }]).forEach((batch) => batch.acknowledge());

    const again = folder.open();

    expect(summary(again.last)).toEqual(['results 2 sent']);
    expect(again.pending.map(({ timestampMs }) => timestampMs)).toEqual([9000]);
    expect(again.latestMs).toBe(9000);
  });

  it('leaves no files of a discarded cycle', () => {
    const store = folder.open();
    const draft = store.begin(1000);
    draft.add(createBatch('results', 1));
    draft.discard();

    expect(folder.files()).toEqual([]);
    expect(store.pending).toEqual([]);
  });

  it('stores the timestamps of resends', () => {
    const store = folder.open();
    addCycle(store, 1000, [{ byte: 1 }]);
    store.recordTimestamp(5000);

    expect(store.latestMs).toBe(5000);
    expect(folder.open().latestMs).toBe(5000);
  });

  it('resumes interrupted cycles with the series that they had not written', () => {
    addCycle(folder.open(), 1000, [{ byte: 1 }]);
    folder.open().begin(2000).add(createBatch('results', 2));
    const store = folder.open();
    expect(store.interrupted.map(({ timestampMs }) => timestampMs)).toEqual([2000]);

    for (const cycle of store.interrupted) store.resume(cycle, [createBatch('carried', 1)]);

    const again = folder.open();
    expect(again.interrupted).toEqual([]);
    expect(summary(again.last)).toEqual(['results 2 waits', 'carried 1 sent']);
  });

  it('does not touch unknown files', () => {
    writeFileSync(join(folder.path, 'notes.txt'), 'x');
    writeFileSync(join(folder.path, '99999999999999999999.cycle'), 'x');

    addCycle(folder.open(), 1000, [{ byte: 1 }]);

    expect(folder.files()).toEqual(['1.cycle', '99999999999999999999.cycle', 'notes.txt']);
  });

  it('discards damaged and empty files with a warning', () => {
    writeFileSync(join(folder.path, '7.cycle'), 'no such thing');
    writeFileSync(join(folder.path, '8.cycle'), '');

    folder.open();

    expect(folder.files()).toEqual([]);
    expect(folder.warnings).toEqual([
      `discarded ${join(folder.path, '7.cycle')}, which is damaged or from another version`,
      `discarded ${join(folder.path, '8.cycle')}, which is empty`,
    ]);
  });

  it('keeps few files open, whatever the number of pending cycles', () => {
    const store = folder.open();
    const before = countDescriptors();

    for (let i = 1; i <= 40; i++) addCycle(store, 1000 * i, [{ byte: i }]);

    expect(store.pending).toHaveLength(40);
    expect(countDescriptors() - before).toBeLessThanOrEqual(1);
  });
});

function countDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
