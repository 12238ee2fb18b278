import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { knownClusterPath, loadKnownCluster, saveKnownCluster } from './known-cluster.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'known-cluster-'));
  path = knownClusterPath(dir, '');
});
afterEach(() => rmSync(dir, { recursive: true }));

const kinds = [
  { kind: 'a', isUp: true },
  { kind: 'b', isUp: false },
];

describe('the known name of the cluster', () => {
  it('is the one that was saved for the same source, and leaves one file', async () => {
    const known = { name: 'prod', readMs: 1_795_307_680_585, kinds };
    await saveKnownCluster(path, 'origin', known);

    expect(await loadKnownCluster(path, 'origin')).toEqual(known);
    expect(await loadKnownCluster(path, 'another')).toBeUndefined();
    expect(readdirSync(dir)).toEqual(['cluster.json']);
  });

  it.each(['', '{', 'null', '{"origin":"origin"}', '{"origin":"origin","cluster":7}'])(
    'is unknown where the file holds %s',
    async (text) => {
      writeFileSync(path, text);

      expect(await loadKnownCluster(path, 'origin')).toBeUndefined();
    },
  );

  it.each(['', ',"readMs":null', ',"readMs":"soon"'])(
    'has no age where none is noted%s',
    async (more) => {
      writeFileSync(path, `{"origin":"origin","cluster":"prod"${more}}`);

      expect(await loadKnownCluster(path, 'origin')).toEqual({ name: 'prod', kinds: [] });
    },
  );

  it('is read from a file of the first version, which knew no kinds', async () => {
    writeFileSync(path, '{"origin":"origin","cluster":"prod","readMs":7}');

    expect(await loadKnownCluster(path, 'origin')).toEqual({ name: 'prod', readMs: 7, kinds: [] });
  });

  it('is unknown where the file is of a later version', async () => {
    writeFileSync(path, '{"version":3,"origin":"origin","cluster":"prod"}');

    expect(await loadKnownCluster(path, 'origin')).toBeUndefined();
  });

  it('takes of its kinds only those that are some', async () => {
    const odd = [null, 7, {}, { kind: 'a' }, { kind: 1, isUp: true }, ...kinds];
    const state = { version: 2, origin: 'origin', cluster: 'prod', kinds: odd };
    writeFileSync(path, JSON.stringify(state));

    expect((await loadKnownCluster(path, 'origin'))?.kinds).toEqual(kinds);
  });

  it('is unknown where the file is larger than it can be', async () => {
    const cluster = 'c'.repeat(70_000);
    writeFileSync(path, JSON.stringify({ origin: 'origin', cluster }));

    expect(await loadKnownCluster(path, 'origin')).toBeUndefined();
  });

  it('is no reason to fail where there is no folder for it', async () => {
    const missing = knownClusterPath(join(dir, 'missing'), '');
    await saveKnownCluster(missing, 'origin', { name: 'prod', kinds });

    expect(await loadKnownCluster(missing, 'origin')).toBeUndefined();
  });

  it('is that of each shard', async () => {
    await saveKnownCluster(knownClusterPath(dir, '0'), 'origin', { name: 'prod', kinds });

    expect(await loadKnownCluster(knownClusterPath(dir, '1'), 'origin')).toBeUndefined();
    expect(readdirSync(dir)).toEqual(['cluster-0.json']);
  });
});
