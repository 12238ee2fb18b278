import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { BatchCodec } from '../../src/remote-write/batch-codec.ts';
import { CycleFile } from '../../src/remote-write/cycles/cycle-file.ts';
import { snappyJs } from '../../src/remote-write/wire/compress.ts';
import { isOwn, keyOf } from './fault-lab.ts';

interface KeptSamples {
  readonly all: ReadonlySet<string>;
  /** Without what the program says about itself. */
  readonly results: ReadonlySet<string>;
}

/** Keys of the samples in a folder for state that a receiver has not been seen to take yet. */
export async function keptSamples(stateDir: string): Promise<KeptSamples> {
  // Reading a file mends it, which is the next process's business.
  const copy = `${stateDir}-copy`;
  await rm(copy, { recursive: true, force: true });
  await cp(stateDir, copy, { recursive: true });
  const names = await readdir(copy, { recursive: true });
  const kept = names
    .filter((name) => name.endsWith('.cycle'))
    .flatMap((name) => [...samplesIn(join(copy, name))]);
  return {
    all: new Set(kept.map(({ key }) => key)),
    results: new Set(kept.filter(({ own }) => !own).map(({ key }) => key)),
  };
}

function* samplesIn(path: string): Generator<{ readonly key: string; readonly own: boolean }> {
  const file = CycleFile.open(path);
  const codec = new BatchCodec(snappyJs);
  const records = [...file.records()].map(({ record }) => record);
  const settled = new Set(
    records.flatMap((record) => (record.type === 'settled' ? [record.index] : [])),
  );
  const batches = records.filter((record) => record.type === 'batch');
  for (const batch of batches.filter((_, index) => !settled.has(index))) {
    for (const { labels, timestampMs } of codec.decode(batch)) {
      const named = Object.fromEntries(labels.map(({ name, value }) => [name, value] as const));
      yield { key: `${timestampMs} ${keyOf(named)}`, own: isOwn(named) };
    }
  }
  file.close();
}
