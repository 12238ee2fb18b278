import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Finding } from '../../model/finding.ts';
import { severities } from '../../model/severity.ts';
import { cachePath, loadState, saveState } from './cache-file.ts';
import { FindingsCache, type ScanFindings } from './findings-cache.ts';
import type { KnownList } from './known-items.ts';
import { type KnownLists, noLists } from './known-lists.ts';
import type { IndexedManifest } from './manifest-index.ts';
import type { UsableSummary } from './read-summaries.ts';
import { temporaryPath } from './state-leftovers.ts';

const ORIGIN = 'https://cluster:6443 kubescape';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-file-'));
  path = cachePath(folder, '');
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
    oddSeverities: fc.nat(),
  },
  { requiredKeys: ['findings'] },
);
const scans = fc.uniqueArray(fc.tuple(fc.string(), fc.string(), scan), {
  selector: ([name]) => name,
});
const text = fc.string({ unit: 'binary' });
const image = fc.record({ registry: text, repository: text, tag: text, id: text });
const container = fc.record(
  {
    namespace: text,
    workloadKind: text,
    workload: text,
    name: text,
    scanStatus: text,
    scannedAtSeconds: fc.double({ noNaN: true, noDefaultInfinity: true, min: 1 }),
  },
  { requiredKeys: ['namespace', 'workloadKind', 'workload', 'name', 'scanStatus'] },
);
const summary: fc.Arbitrary<UsableSummary> = fc.record({
  type: fc.constantFrom('container', 'unscanned'),
  summary: fc.record({
    key: text,
    container,
    image,
    cluster: fc.option(text, { nil: undefined }),
    manifestName: text,
    relevantManifestName: text,
  }),
});
const manifest: fc.Arbitrary<IndexedManifest> = fc.record({
  name: text,
  image,
  changeKey: text,
  isFiltered: fc.boolean(),
});
function listOf<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<KnownList<Value>> {
  const one = fc.record({ digest: text, known: value });
  return fc.uniqueArray(one, { selector: ({ digest }) => digest }).chain((items) => {
    const page = fc.record({ token: text, items: fc.subarray(items) });
    const pages = fc.uniqueArray(fc.tuple(text, page), { selector: ([digest]) => digest });
    return pages.map((pairs) => ({ items, pages: new Map(pairs) }));
  });
}
const lists: fc.Arbitrary<KnownLists> = fc.record({
  summaries: listOf(summary),
  manifests: listOf(manifest),
});
const target = { image: { registry: '', repository: '', tag: '', id: '' }, containers: [] };
const listed = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat());

describe('the file of kept findings', () => {
  it('gives back what was written', async () => {
    await fc.assert(
      fc.asyncProperty(scans, listed, lists, async (given, counts, said) => {
        await saveState(path, ORIGIN, { cache: cacheOf(given), listed: counts, lists: said });
        const loaded = await loadState(path, ORIGIN);
        const state = loaded.status === 'loaded' ? loaded.state : undefined;

        expect(state?.listed).toEqual(counts);
        expect(state?.lists).toEqual(said);
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

  it('gives back the same after others were forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(scans, async (given) => {
        const kept = given.filter((_, index) => index % 2 === 0);
        const cache = cacheOf(given);
        expect(cache.keepOnly(new Set(kept.map(([name]) => name)))).toBe(
          kept.length < given.length,
        );
        await saveState(path, ORIGIN, { cache, listed: {}, lists: noLists });
        const loaded = await loadState(path, ORIGIN);
        const state = loaded.status === 'loaded' ? loaded.state : undefined;

        expect(state?.cache.size).toBe(kept.length);
        for (const [name, , findings] of kept)
          expect(factsOf(name, state?.cache)).toMatchObject(findings);
      }),
      { numRuns: 50 },
    );
  });

  it('is of no use with any one byte changed, or cut anywhere', async () => {
    const [first] = fc.sample(scans, { seed: 1, numRuns: 1 });
    await saveState(path, ORIGIN, {
      cache: cacheOf(first ?? []),
      listed: { a: 1 },
      lists: noLists,
    });
    const bytes = readFileSync(path);
    const at = fc.nat({ max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const changed = Buffer.from(bytes);
        changed[place] = (changed[place] ?? 0) ^ change;
        for (const damaged of [changed, bytes.subarray(0, place)]) {
          writeFileSync(path, damaged);
          expect(await loadState(path, ORIGIN)).toMatchObject({ status: 'damaged' });
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is nothing to speak of where it is not there', async () => {
    expect(await loadState(cachePath(folder, '1-of-3'), ORIGIN)).toEqual({ status: 'none' });
  });

  it('is not believed of another cluster', async () => {
    await saveState(path, ORIGIN, { cache: new FindingsCache(), listed: {}, lists: noLists });

    expect(await loadState(path, 'https://other:6443 kubescape')).toEqual({
      status: 'damaged',
      message: 'it is of another cluster',
    });
  });

  it('is whole at any moment: the old one or the new one', async () => {
    const cache = cacheOf(
      Array.from({ length: 20_000 }, (_, index) => [`${index}`.padEnd(300), '', { findings: [] }]),
    );
    const large = { cache, listed: { a: 1 }, lists: noLists };
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

  it('stays as it was where a new one cannot be written, and nothing is left lying about', async () => {
    await saveState(path, ORIGIN, { cache: new FindingsCache(), listed: { a: 1 }, lists: noLists });
    const busy = join(folder, 'busy');
    await saveState(join(busy, 'findings.bin', 'x'), ORIGIN, {
      cache: new FindingsCache(),
      listed: {},
      lists: noLists,
    });
    await expect(
      saveState(join(busy, 'findings.bin'), ORIGIN, {
        cache: new FindingsCache(),
        listed: {},
        lists: noLists,
      }),
    ).rejects.toThrow('EISDIR');

    expect(readdirSync(busy)).toEqual(['findings.bin']);
    expect(readdirSync(folder).toSorted()).toEqual(['busy', 'findings.bin']);
  });
});

it('is written to a file of its own, also where somebody has put a link in its place', async () => {
  const own = join(folder, 'own');
  const victim = join(folder, 'victim');
  mkdirSync(own);
  writeFileSync(victim, 'precious', { mode: 0o644 });
  symlinkSync(victim, temporaryPath(join(own, 'findings.bin')));
  const state = { cache: new FindingsCache(), listed: {}, lists: noLists };
  await saveState(join(own, 'findings.bin'), ORIGIN, state);

  expect(readFileSync(victim, 'utf8')).toBe('precious');
  const written = lstatSync(join(own, 'findings.bin'));
  expect([written.isFile(), written.mode & 0o777]).toEqual([true, 0o600]);
});

function factsOf(name: string, cache = new FindingsCache()) {
  const scanOf = cache.get(name, target);
  const { findings = [], databaseBuiltAtSeconds } = scanOf ?? {};
  return { findings, databaseBuiltAtSeconds, oddSeverities: cache.oddSeverities(name) };
}

function cacheOf(given: readonly (readonly [string, string, ScanFindings])[]): FindingsCache {
  const cache = new FindingsCache();
  for (const [name, changeKey, findings] of given) cache.set(name, changeKey, findings);
  return cache;
}
