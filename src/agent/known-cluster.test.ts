import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { loadKnownCluster, saveKnownCluster } from './known-cluster.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'known-cluster-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('the known name of the cluster', () => {
  it('is the one that was saved for the same source, and leaves one file', async () => {
    const known = { name: 'prod', readMs: 1_795_307_680_585 };
    await saveKnownCluster(dir, 'origin', known);

    expect(await loadKnownCluster(dir, 'origin')).toEqual(known);
    expect(await loadKnownCluster(dir, 'another')).toBeUndefined();
    expect(readdirSync(dir)).toEqual(['cluster.json']);
  });

  it.each(['', '{', 'null', '{"origin":"origin"}', '{"origin":"origin","cluster":7}'])(
    'is unknown where the file holds %s',
    async (text) => {
      writeFileSync(join(dir, 'cluster.json'), text);

      expect(await loadKnownCluster(dir, 'origin')).toBeUndefined();
    },
  );

  it.each(['', ',"readMs":null', ',"readMs":"soon"'])(
    'has no age where none is noted%s',
    async (more) => {
      writeFileSync(join(dir, 'cluster.json'), `{"origin":"origin","cluster":"prod"${more}}`);

      expect(await loadKnownCluster(dir, 'origin')).toEqual({ name: 'prod' });
    },
  );

  it('is unknown where the file is larger than it can be', async () => {
    const cluster = 'c'.repeat(5000);
    writeFileSync(join(dir, 'cluster.json'), JSON.stringify({ origin: 'origin', cluster }));

    expect(await loadKnownCluster(dir, 'origin')).toBeUndefined();
  });

  it('is no reason to fail where there is no folder for it', async () => {
    await saveKnownCluster(join(dir, 'missing'), 'origin', { name: 'prod' });

    expect(await loadKnownCluster(join(dir, 'missing'), 'origin')).toBeUndefined();
  });
});
