import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Finding } from '../../model/finding.ts';
import { severities } from '../../model/severity.ts';
import { noHistory } from '../list-history.ts';
import { FindingsCache, type ScanFindings } from './findings-cache.ts';
import { loadState, saveState } from './findings-file.ts';

const ORIGIN = 'https://cluster:6443 kubescape';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'findings-file-'));
  path = join(folder, 'findings.bin');
});
afterAll(() => rmSync(folder, { recursive: true }));

const finding: fc.Arbitrary<Finding> = fc.record({
  id: fc.string({ unit: 'grapheme' }),
  severity: fc.constantFrom(...severities),
  packageName: fc.string(),
  packageVersion: fc.string(),
  packageType: fc.constantFrom('deb', 'apk', ''),
  packageUrl: fc.string(),
  fixedVersion: fc.string(),
  fixable: fc.boolean(),
  remoteCodeExecution: fc.boolean(),
  cvssScore: fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10),
});
const scan: fc.Arbitrary<ScanFindings> = fc.record(
  {
    findings: fc.array(finding),
    databaseBuiltAtSeconds: fc.integer(),
    unknownSeverities: fc.nat(),
  },
  { requiredKeys: ['findings'] },
);
const scans = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.string(), scan), {
  selector: ([name]) => name,
});
const target = { image: { registry: '', repository: '', tag: '', id: '' }, containers: [] };
const listed = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat());

describe('the findings file', () => {
  it('returns what was saved', async () => {
    await fc.assert(
      fc.asyncProperty(scans, listed, async (given, counts) => {
        await saveState(path, ORIGIN, {
          cache: cacheOf(given),
          lists: { listed: counts, shortSinceMs: counts },
        });
        const loaded = await loadState(path, ORIGIN);
        const state = loaded.status === 'loaded' ? loaded.state : undefined;

        expect(state?.lists).toEqual({ listed: counts, shortSinceMs: counts });
        expect(state?.cache.size).toBe(given.length);
        for (const [name, changeKey, findings] of given) {
          expect(factsOf(name, state?.cache)).toMatchObject(findings);
          expect(state?.cache.isFresh(name, changeKey)).toBe(changeKey !== '');
          expect(state?.cache.isFresh(name, `${changeKey}!`)).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('returns the remaining scans after others were removed from the cache', async () => {
    await fc.assert(
      fc.asyncProperty(scans, async (given) => {
        const kept = given.filter((_, index) => index % 2 === 0);
        const cache = cacheOf(given);
        expect(cache.keepOnly(new Set(kept.map(([name]) => name)))).toBe(
          kept.length < given.length,
        );
        await saveState(path, ORIGIN, { cache, lists: noHistory });
        const loaded = await loadState(path, ORIGIN);
        const state = loaded.status === 'loaded' ? loaded.state : undefined;

        expect(state?.cache.size).toBe(kept.length);
        for (const [name, , findings] of kept)
          expect(factsOf(name, state?.cache)).toMatchObject(findings);
      }),
      { numRuns: 50 },
    );
  });

  it('is unusable if any byte was changed or the end is missing', async () => {
    const [first = []] = fc.sample(scans, { seed: 1, numRuns: 1 });
    await saveState(path, ORIGIN, {
      cache: cacheOf(first),
      lists: { listed: { a: 1 }, shortSinceMs: {} },
    });
    const bytes = readFileSync(path);
    const at = fc.nat({ max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const changed = Buffer.from(bytes);
        changed[place] = (changed[place] ?? 0) ^ change;
        for (const damaged of [changed, bytes.subarray(0, place)]) {
          writeFileSync(path, damaged);
          expect(await loadState(path, ORIGIN)).toMatchObject({ status: 'unusable' });
        }
      }),
      { numRuns: 50 },
    );
  });

  it('may be missing', async () => {
    expect(await loadState(join(folder, 'missing.bin'), ORIGIN)).toEqual({ status: 'none' });
  });

  it('is unusable for another cluster', async () => {
    await saveState(path, ORIGIN, { cache: new FindingsCache(), lists: noHistory });

    expect(await loadState(path, 'https://other:6443 kubescape')).toEqual({
      status: 'unusable',
      message: 'it belongs to another cluster',
    });
  });

  it('is complete for a reader while it is replaced', async () => {
    const cache = cacheOf(
      Array.from({ length: 20_000 }, (_, index) => [`${index}`.padEnd(300), '', { findings: [] }]),
    );
    const large = { cache, lists: { listed: { a: 1 }, shortSinceMs: {} } };
    await saveState(path, ORIGIN, large);
    const statuses = new Set<string>();
    async function write(): Promise<void> {
      for (let turn = 0; turn < 10; turn++) await saveState(path, ORIGIN, large);
    }
    async function read(): Promise<void> {
      for (let turn = 0; turn < 10; turn++) statuses.add((await loadState(path, ORIGIN)).status);
    }
    await Promise.all([write(), read()]);

    expect(statuses).toEqual(new Set(['loaded']));
  });
});

function factsOf(name: string, cache = new FindingsCache()) {
  const { findings = [], databaseBuiltAtSeconds } = cache.get(name, target) ?? {};
  return { findings, databaseBuiltAtSeconds, unknownSeverities: cache.unknownSeverities(name) };
}

function cacheOf(given: readonly (readonly [string, string, ScanFindings])[]): FindingsCache {
  const cache = new FindingsCache();
  for (const [name, changeKey, findings] of given) cache.set(name, changeKey, findings);
  return cache;
}
