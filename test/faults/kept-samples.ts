import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { CycleFile } from '../../src/remote-write/cycles/cycle-file.ts';
import { decodeBody } from '../support/fake-receiver/decode-body.ts';
import { isOwn, keyOf } from './fault-lab.ts';

interface KeptSamples {
  readonly all: ReadonlySet<string>;
  /** Without what the program says about itself. */
  readonly results: ReadonlySet<string>;
}

/** Keys of the samples in a folder for state that a receiver has not been seen to take yet. */
export async function keptSamples(stateDir: string): Promise<KeptSamples> {
  // Reading a file mends it, which is the next process's business.
  const copy = await mkdtemp(join(tmpdir(), 'kubescape-push-kept-'));
  await cp(stateDir, copy, { recursive: true });
  const names = await readdir(copy, { recursive: true });
  const kept = names
    .filter((name) => name.endsWith('.cycle'))
    .flatMap((name) => [...samplesIn(join(copy, name))]);
  await rm(copy, { recursive: true });
  return {
    all: new Set(kept.map(({ key }) => key)),
    results: new Set(kept.filter(({ own }) => !own).map(({ key }) => key)),
  };
}

function* samplesIn(path: string): Generator<{ readonly key: string; readonly own: boolean }> {
  const file = CycleFile.open(path);
  const records = [...file.records()].map(({ record }) => record);
  const settled = new Set(
    records.flatMap((record) => (record.type === 'settled' ? [record.index] : [])),
  );
  const batches = records.filter((record) => record.type === 'batch');
  for (const batch of batches.filter((_, index) => !settled.has(index))) {
    const { body, version } = Sent.parse(batch);
    for (const { labels, samples } of decodeBody(Buffer.from(body), version).series) {
      const named = Object.fromEntries(labels.map(({ name, value }) => [name, value] as const));
      const own = isOwn(named);
      for (const { timestampMs } of samples) yield { key: `${timestampMs} ${keyOf(named)}`, own };
    }
  }
  file.close();
}

const Request = z.object({ version: z.enum(['1.0', '2.0']), body: z.instanceof(Uint8Array) });

/** The request in a record, or the record itself. */
const Sent = z.union([Request, z.object({ batch: Request }).transform(({ batch }) => batch)]);
