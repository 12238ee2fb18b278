import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { withStdin } from '../../../test/support/cli/stand-in-stdin.ts';
import { readBytes } from './byte-stream.ts';

const signal = new AbortController().signal;
const large = Buffer.from('0123456789\n'.repeat(100_000));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'byte-stream-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readBytes', () => {
  it.each`
    what                                       | name           | bytes                                            | text
    ${'a plain file'}                          | ${'a.json'}    | ${Buffer.from('{}')}                             | ${'{}'}
    ${'gzip'}                                  | ${'a.json.gz'} | ${gzipSync('{}')}                                | ${'{}'}
    ${'gzip without the file extension'}       | ${'a.json'}    | ${gzipSync('{}')}                                | ${'{}'}
    ${'a plain file with the gzip extension'}  | ${'a.json.gz'} | ${Buffer.from('{}')}                             | ${'{}'}
    ${'gzip of several members'}               | ${'a.gz'}      | ${Buffer.concat([gzipSync('{'), gzipSync('}')])} | ${'{}'}
    ${'one byte'}                              | ${'a'}         | ${Buffer.from('x')}                              | ${'x'}
    ${'the first byte of a gzip header alone'} | ${'a'}         | ${Buffer.from('\u001f')}                         | ${'\u001f'}
    ${'an empty file'}                         | ${'a'}         | ${Buffer.alloc(0)}                               | ${''}
    ${'empty gzip data'}                       | ${'a.gz'}      | ${gzipSync('')}                                  | ${''}
    ${'a large file'}                          | ${'a'}         | ${large}                                         | ${large.toString()}
    ${'large gzip'}                            | ${'a.gz'}      | ${gzipSync(large)}                               | ${large.toString()}
  `('reads $what', async ({ name, bytes, text }: BytesCase) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);

    const { read } = await readAll(path);

    expect(read.toString() === text).toBe(true);
  });

  it('reads a large file in chunks and reports progress', async () => {
    const path = join(folder, 'large');
    writeFileSync(path, large);

    const { chunks, progress } = await readAll(path);

    expect(chunks).toBeGreaterThan(2);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBe(large.length);
  });

  it('counts compressed bytes as progress', async () => {
    const path = join(folder, 'large.gz');
    const packed = gzipSync(large);
    writeFileSync(path, packed);

    const { progress } = await readAll(path);

    expect(progress.at(-1)).toBe(packed.length);
  });

  it.each`
    what                | bytes                               | code
    ${'truncated gzip'} | ${gzipSync(large).subarray(0, -20)} | ${'Z_BUF_ERROR'}
    ${'damaged gzip'}   | ${damage(gzipSync(large))}          | ${'Z_DATA_ERROR'}
  `('fails for $what', async ({ bytes, code }: { bytes: Buffer; code: string }) => {
    const path = join(folder, 'broken.gz');
    writeFileSync(path, bytes);

    await expect(readAll(path)).rejects.toMatchObject({ code });
  });

  it.each`
    path      | code
    ${'gone'} | ${'ENOENT'}
    ${'.'}    | ${'EISDIR'}
  `('fails for $path with $code', async ({ path, code }: { path: string; code: string }) => {
    await expect(readAll(join(folder, path))).rejects.toMatchObject({ code });
  });

  it('stops between two chunks on abort', async () => {
    const path = join(folder, 'large');
    writeFileSync(path, large);
    const controller = new AbortController();
    const chunks = readBytes(path, () => undefined, controller.signal);

    await chunks.next();
    controller.abort();

    await expect(chunks.next()).rejects.toThrow(/aborted/);
  });

  it('reads nothing if it is already aborted', async () => {
    const chunks = readBytes(join(folder, 'gone'), () => undefined, AbortSignal.abort());

    await expect(chunks.next()).rejects.toThrow(/aborted/);
  });

  it.each`
    what                 | written
    ${'from the start'}  | ${[]}
    ${'after some text'} | ${[Buffer.from('{')]}
    ${'after some gzip'} | ${[gzipSync(large).subarray(0, 100)]}
  `('stops waiting on abort if a pipe stalls $what', async ({ written }: SilentCase) => {
    const pipe = new PassThrough();
    for (const bytes of written) pipe.write(bytes);
    const controller = new AbortController();

    await withStdin(pipe, async () => {
      const read = readToEnd(readBytes('-', () => undefined, controller.signal));
      setTimeout(() => controller.abort(), 20);

      await expect(read).rejects.toThrow(/aborted/);
    });
    expect(pipe.destroyed).toBe(true);
  });

  it('closes the file if the consumer stops early', async () => {
    const path = join(folder, 'large');
    writeFileSync(path, large);

    for await (const chunk of readBytes(path, () => undefined, signal)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }

    expect((await readAll(path)).read.length).toBe(large.length);
  });
});

interface BytesCase {
  readonly name: string;
  readonly bytes: Buffer;
  readonly text: string;
}

interface SilentCase {
  readonly written: readonly Buffer[];
}

async function readToEnd(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0);
}

async function readAll(path: string) {
  const read: Buffer[] = [];
  const progress: number[] = [];
  for await (const chunk of readBytes(path, (bytes) => progress.push(bytes), signal)) {
    read.push(chunk);
  }
  return { read: Buffer.concat(read), chunks: read.length, progress };
}

function damage(packed: Buffer): Buffer {
  const damaged = Buffer.from(packed);
  damaged.fill(0xff, 20, 200);
  return damaged;
}
