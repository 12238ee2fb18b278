import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fine, readDocument } from '../support/fuzz/read-document.ts';
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
          expect(await readDocument(pathOf(ending), bytes)).toEqual(fine);
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
          expect(await readDocument(pathOf('json'), bytes)).toEqual(fine);
        },
      ),
      { numRuns: 800 },
    );
  });
});

function pathOf(ending: string): string {
  return join(folder, `document.${ending}`);
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
