import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Engine } from '../../src/metrics/engine/engine.ts';
import { selectRows } from '../../src/metrics/selection/select-rows.ts';
import type { Series } from '../../src/metrics/series.ts';
import { createFilesSource } from '../../src/sources/files/files-source.ts';
import { type ScanSource, SourceError } from '../../src/sources/scan-source.ts';
import type { SkippedReport } from '../../src/sources/skipped-report.ts';
import { samples } from '../support/scan-results/samples.ts';

/** Changes to the bytes of a document, each at a position from 0 (start) to 1 (end). */
const byteChange = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat(200),
  insert: fc.oneof(
    fc.constantFrom(
      '',
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      '\n',
      'null',
      '\u0000',
      '---\n',
      '&a ',
      '*a ',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  ),
});

/** Changes to the values of a document: position and replacement. */
const valueChange = fc.record({
  which: fc.nat(100_000),
  by: fc.oneof(
    fc.constantFrom(null, '', 'x', 0, -1, 1e308, true, [], {}, [null], { name: 5 }, '\ud800'),
    fc.jsonValue({ maxDepth: 3 }),
  ),
});

const names = [
  'scan-image-json/grype-v0.104.1-TestJsonImgsPresenter.golden.json',
  'storage-dump/DERIVED-metadata-only-vulnerabilitymanifests.list.json',
  'storage-dump/DERIVED-metadata-only-vulnerabilitymanifestsummaries.list.json',
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mutated-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(samples.missing)(`a changed real document${samples.note}`, () => {
  const documents = samples.missing === undefined ? realDocuments() : [];

  it('is read or skipped with a one-line message after any change to its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...documents),
        fc.array(byteChange, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('json', 'yaml', 'ndjson', 'json.gz'),
        async (document, changes, ending) => {
          const changed = changes.reduce(applyToBytes, document);
          const bytes = ending === 'json.gz' ? gzipSync(changed) : changed;
          expect(await readAll(bytes, ending)).toEqual(fine);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is read or skipped with a one-line message for any values of its fields', async () => {
    const values = documents.map((document): unknown => JSON.parse(document.toString()));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...values),
        fc.array(valueChange, { minLength: 1, maxLength: 5 }),
        async (value, changes) => {
          const changed = changes.reduce(
            (before: unknown, { which, by }) =>
              replaceNth(before, { left: which % countOf(before) }, by),
            value,
          );
          const bytes = Buffer.from(JSON.stringify(changed));
          expect(await readAll(bytes, 'json')).toEqual(fine);
        },
      ),
      { numRuns: 800 },
    );
  });
});

interface Outcome {
  /** The error that ended the run, unless it is an expected one. */
  readonly crash: unknown;
  /** Messages that are not one line about the file, and series whose values are not numbers. */
  readonly flaws: readonly unknown[];
}

const fine: Outcome = { crash: undefined, flaws: [] };

/** Runs a complete cycle over one file. */
async function readAll(bytes: Buffer, ending: string): Promise<Outcome> {
  const path = join(folder, `document.${ending}`);
  writeFileSync(path, bytes);
  const skipped: SkippedReport[] = [];
  const source = createFilesSource({
    paths: [path],
    limits: { maxDocumentBytes: 2 ** 20, maxDepth: 100 },
  });
  let crash: unknown;
  let series: readonly Series[] = [];
  try {
    series = await render(source, skipped);
  } catch (error) {
    crash = error instanceof SourceError ? undefined : error;
  }
  const flaws = [
    ...skipped.filter(({ where }) => !where.includes(path)),
    ...skipped.filter(({ message }) => !/^[^\n\r]{5,400}$/u.test(message)),
    ...series.filter(({ value }) => !Number.isFinite(value)),
  ];
  return { crash, flaws };
}

async function render(source: ScanSource, skipped: SkippedReport[]): Promise<Series[]> {
  const observer = {
    read: () => undefined,
    progress: () => undefined,
    warn: () => undefined,
    skipped: (report: SkippedReport) => void skipped.push(report),
  };
  const read = await source.read(observer, { signal: AbortSignal.timeout(20_000) });
  const rows = selectRows({ groups: ['vulnerabilities', 'scans'], prefix: '', custom: [] });
  const { inventory } = read;
  const engine = new Engine({ rows, cluster: 'c', inventory, maxLabelValueBytes: 64 });
  const series: Series[] = [];
  for await (const scan of read.scans()) series.push(...engine.add(scan));
  return [...series, ...engine.finish()];
}

function realDocuments(): Buffer[] {
  return [...names.map((name) => readFileSync(samples.path(name))), ...someOfTheDump()];
}

/** Complete objects, small enough that hundreds of runs take seconds. */
function someOfTheDump(): Buffer[] {
  return ['vulnerabilitymanifests', 'vulnerabilitymanifestsummaries'].map((kind) => {
    const list: unknown = JSON.parse(
      readFileSync(samples.path(`storage-dump/${kind}.list.json`), 'utf8'),
    );
    const items: unknown[] =
      typeof list === 'object' && list !== null && 'items' in list && Array.isArray(list.items)
        ? list.items
        : [];
    const small = items.filter((item) => JSON.stringify(item).length < 40_000).slice(0, 4);
    return Buffer.from(JSON.stringify({ kind: 'List', items: small }, null, 1));
  });
}

function applyToBytes(
  bytes: Buffer,
  { at, remove, insert }: { at: number; remove: number; insert: string },
): Buffer {
  const start = Math.floor(at * bytes.length);
  return Buffer.concat([
    bytes.subarray(0, start),
    Buffer.from(insert),
    bytes.subarray(start + remove),
  ]);
}

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, child) => sum + countOf(child), 1);
}

/** Replaces the value at position `left`, counted from the outside in. */
function replaceNth(value: unknown, counter: { left: number }, by: unknown): unknown {
  if (counter.left-- === 0) return by;
  if (Array.isArray(value)) return value.map((child) => replaceNth(child, counter, by));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, child]) => [
    key,
    replaceNth(child, counter, by),
  ]);
  return Object.fromEntries(entries);
}
