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

it('returns files in order, however long each takes to unpack', async () => {
  const texts = ['x'.repeat(3_000_000), '{}', 'y'.repeat(200_000), '[]', 'z'];

  const files = texts.map((text, index) => write(`${index}`, gzipSync(text)));

  expect(await contentsOf(files)).toEqual(texts);
});

it('returns uncompressed files unchanged', async () => {
  expect(await contentsOf([write('a.json', '{"a": "ü"}')])).toEqual(['{"a": "ü"}']);
});

it('unpacks all gzip members, although only the last one declares its size', async () => {
  const packed = Buffer.concat([gzipSync('a'.repeat(100_000)), gzipSync('b')]);

  expect(await contentsOf([write('a.gz', packed)])).toEqual([`${'a'.repeat(100_000)}b`]);
});

it.each`
  what                                                  | bytes
  ${'is empty'}                                         | ${''}
  ${'is large'}                                         | ${Buffer.alloc(2 ** 20 + 1)}
  ${'is empty when unpacked'}                           | ${gzipSync('')}
  ${'is large when unpacked'}                           | ${gzipSync(Buffer.alloc(5 * 2 ** 20))}
  ${'is large when unpacked but declares a small size'} | ${withSize(gzipSync(Buffer.alloc(5 * 2 ** 20)), 10)}
  ${'is truncated'}                                     | ${gzipSync('text').subarray(0, 20)}
  ${'contains only the start of a gzip header'}         | ${Buffer.from([0x1f, 0x8b])}
  ${'is damaged'}                                       | ${gzipSync('text').fill(0xff, 10, 14)}
`('does not read a file that $what', async ({ bytes }: { bytes: Buffer }) => {
  expect(await contentsOf([write('a.gz', bytes)])).toEqual([undefined]);
});

it('reads neither standard input nor unreadable files', async () => {
  const missing = join(folder, 'missing.json');

  const contents = await contentsOf([
    { path: '-', bytes: 0, isNamed: true },
    { path: missing, bytes: 5, isNamed: true },
  ]);

  expect(contents).toEqual([undefined, undefined]);
});

function write(name: string, bytes: Buffer | string): FoundFile {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { path, bytes: Buffer.byteLength(bytes), isNamed: true };
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
