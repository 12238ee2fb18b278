import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { FoundFile } from './find-files.ts';
import { loadSmallFiles } from './small-files.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'small-files-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('gives files in their order, whatever takes longer to unpack', async () => {
  const texts = ['x'.repeat(3_000_000), '{}', 'y'.repeat(200_000), '[]', 'z'];

  const files = texts.map((text, index) => write(`${index}`, gzipSync(text)));

  expect(await contentsOf(files)).toEqual(texts);
});

it('gives what is not packed as it is', async () => {
  expect(await contentsOf([write('a.json', '{"a": "ü"}')])).toEqual(['{"a": "ü"}']);
});

it('unpacks all members of a file, though only the last one tells its size', async () => {
  const packed = Buffer.concat([gzipSync('a'.repeat(100_000)), gzipSync('b')]);

  expect(await contentsOf([write('a.gz', packed)])).toEqual([`${'a'.repeat(100_000)}b`]);
});

it.each`
  what                                           | bytes
  ${'is empty'}                                  | ${''}
  ${'is large'}                                  | ${Buffer.alloc(2 ** 20 + 1)}
  ${'unpacks to nothing'}                        | ${gzipSync('')}
  ${'unpacks to much'}                           | ${gzipSync(Buffer.alloc(5 * 2 ** 20))}
  ${'unpacks to much and says that it does not'} | ${withSize(gzipSync(Buffer.alloc(5 * 2 ** 20)), 10)}
  ${'ends too early'}                            | ${gzipSync('text').subarray(0, 20)}
  ${'is only the start of gzip'}                 | ${Buffer.from([0x1f, 0x8b])}
  ${'is damaged'}                                | ${gzipSync('text').fill(0xff, 10, 14)}
`('leaves a file that $what to be streamed', async ({ bytes }: { bytes: Buffer }) => {
  expect(await contentsOf([write('a.gz', bytes)])).toEqual([undefined]);
});

it('leaves standard input, and what cannot be read, to be streamed', async () => {
  const missing = join(folder, 'missing.json');

  const contents = await contentsOf([
    { path: '-', bytes: 0 },
    { path: missing, bytes: 5 },
  ]);

  expect(contents).toEqual([undefined, undefined]);
});

function write(name: string, bytes: Buffer | string): FoundFile {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { path, bytes: Buffer.byteLength(bytes) };
}

function withSize(packed: Buffer, size: number): Buffer {
  packed.writeUInt32LE(size, packed.length - 4);
  return packed;
}

async function contentsOf(files: readonly FoundFile[]): Promise<(string | undefined)[]> {
  const contents: (string | undefined)[] = [];
  for await (const { content } of loadSmallFiles(files)) contents.push(content?.toString('utf8'));
  return contents;
}
