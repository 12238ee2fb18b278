import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  createBatch,
  summary,
  useCycleFolder,
} from '../../../test/support/remote-write/cycle-folder.ts';

const folder = useCycleFolder();

describe('CycleFile', () => {
  describe('after a process that was killed at any byte', () => {
    it('contains all complete records, and nothing else', () => {
      const { bytes, ends } = writeOne();
      let known = 0;
      for (let length = 0; length <= bytes.length; length++) {
        known = ends.filter((end) => end <= length).length;
        expect(openWith(bytes.subarray(0, length)), `${length} bytes`).toEqual(stateAfter(known));
      }
      expect(known).toBe(ends.length);
    });

    it('contains all records before a damaged byte', () => {
      const { bytes, ends } = writeOne();
      for (let at = 0; at < bytes.length; at++) {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ 0x41;
        const known = ends.filter((end) => end <= at).length;
        expect(openWith(damaged), `byte ${at}`).toEqual(stateAfter(known));
      }
    });

    it('can append to a truncated file', () => {
      const { bytes } = writeOne();
      writeFileSync(join(folder.path, '1.cycle'), bytes.subarray(0, bytes.length - 1));
      const store = folder.open();
      for (const cycle of store.interrupted) store.resume(cycle, []);

      expect(summary(folder.open().last)).toEqual(['results 1 sent', 'markers 2 waits']);
    });
  });
});

/** A file with one record of each type, and the offset at which each ends. */
function writeOne(): { readonly bytes: Buffer; readonly ends: readonly number[] } {
  const ends: number[] = [];
  const path = join(folder.path, '1.cycle');
  const draft = folder.open().begin(1000);
  function note(): void {
    ends.push(readFileSync(path).length);
  }
  note();
  const first = draft.add(createBatch('results', 1));
  note();
  first.acknowledge();
  note();
  draft.add(createBatch('markers', 2));
  note();
  draft.commit();
  note();
  return { bytes: readFileSync(path), ends };
}

function openWith(bytes: Uint8Array): unknown {
  writeFileSync(join(folder.path, '1.cycle'), bytes);
  const store = folder.open();
  return { last: summary(store.last), interrupted: store.interrupted.map(summary) };
}

function stateAfter(records: number): unknown {
  const results = records >= 3 ? 'results 1 sent' : 'results 1 waits';
  const batches = [results, 'markers 2 waits'].slice(0, records >= 4 ? 2 : records >= 2 ? 1 : 0);
  if (records === 5) return { last: batches, interrupted: [] };
  return { last: [], interrupted: records === 0 ? [] : [batches] };
}
