import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { loadKnownCluster, saveKnownCluster } from './known-cluster.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'known-cluster-'));
  path = join(dir, 'cluster.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

const kinds = [
  { kind: 'a', isUp: true },
  { kind: 'b', isUp: false },
];

describe('saveKnownCluster and loadKnownCluster', () => {
  it('load a cluster only for the source it was saved for', async () => {
    const known = { name: 'prod', readMs: 1_795_307_680_585, kinds };
    await saveKnownCluster(path, 'origin', known);

    expect(await loadKnownCluster(path, 'origin')).toEqual(known);
    expect(await loadKnownCluster(path, 'another')).toBeUndefined();
    expect(readdirSync(dir)).toEqual(['cluster.json']);
  });

  it.each([
    '',
    '{',
    'null',
    '{"origin":"origin"}',
    '{"origin":"origin","cluster":7}',
    '{"origin":"origin","cluster":""}',
    '{"version":3,"origin":"origin","cluster":"prod"}',
    JSON.stringify({ origin: 'origin', cluster: 'c'.repeat(70_000) }),
  ])('is unknown if the file contains %.50s', async (text) => {
    writeFileSync(path, text);

    expect(await loadKnownCluster(path, 'origin')).toBeUndefined();
  });

  it.each(['', ',"readMs":null', ',"readMs":"soon"', ',"kinds":7'])(
    'may lack the time and the kinds: %s',
    async (more) => {
      writeFileSync(path, `{"origin":"origin","cluster":"prod"${more}}`);

      expect(await loadKnownCluster(path, 'origin')).toEqual({ name: 'prod', kinds: [] });
    },
  );

  it('skip invalid kinds', async () => {
    const invalid = [null, 7, {}, { kind: 'a' }, { kind: 1, isUp: true }];
    const state = { version: 2, origin: 'origin', cluster: 'prod', kinds: [...invalid, ...kinds] };
    writeFileSync(path, JSON.stringify(state));

    expect((await loadKnownCluster(path, 'origin'))?.kinds).toEqual(kinds);
  });

  it('ignore a missing folder', async () => {
    const missing = join(dir, 'missing', 'cluster.json');
    await saveKnownCluster(missing, 'origin', { name: 'prod', kinds });

    expect(await loadKnownCluster(missing, 'origin')).toBeUndefined();
  });
});
