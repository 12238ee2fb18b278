import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { BatchCodec } from '../../src/remote-write/batch-codec.ts';
import { CycleFile } from '../../src/remote-write/cycles/cycle-file.ts';
import { snappyJs } from '../../src/remote-write/wire/compress.ts';
import { keyOf } from './fault-lab.ts';

/** Keys of the samples in a folder for state that a receiver has not been seen to take yet. */
export async function keptSamples(stateDir: string): Promise<Set<string>> {
  // Reading a file mends it, which is the next process's business.
  const copy = `${stateDir}-copy`;
  await rm(copy, { recursive: true, force: true });
  await cp(stateDir, copy, { recursive: true });
  const names = await readdir(copy, { recursive: true });
  const keys = names
    .filter((name) => name.endsWith('.cycle'))
    .flatMap((name) => [...keysIn(join(copy, name))]);
  return new Set(keys);
}

function* keysIn(path: string): Generator<string> {
  const file = CycleFile.open(path);
  const codec = new BatchCodec(snappyJs);
  const records = [...file.records()].map(({ record }) => record);
  const settled = new Set(
    records.flatMap((record) => (record.type === 'settled' ? [record.index] : [])),
  );
  const batches = records.filter((record) => record.type === 'batch');
  for (const batch of batches.filter((_, index) => !settled.has(index))) {
    for (const { labels, timestampMs } of codec.decode(batch)) {
      const pairs = labels.map(({ name, value }) => [name, value] as const);
      yield `${timestampMs} ${keyOf(Object.fromEntries(pairs))}`;
    }
  }
  file.close();
}
