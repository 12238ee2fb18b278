import snappy from 'snappy';
import { describe, expect, it } from 'vitest';

import { compressSnappyBlock, snappyJs } from './compress.ts';
import { loadSnappy } from './load-snappy.ts';

describe('loadSnappy', () => {
  it('uses the native package if it is installed', async () => {
    const compressor = await loadSnappy();
    const raw = Buffer.from('kubescape '.repeat(10_000));

    expect(compressor.name).toBe('snappy');
    expect(raw.equals(compressor.uncompress(compressor.compress(raw)))).toBe(true);
    expect(raw.equals(compressor.uncompress(compressSnappyBlock(raw)))).toBe(true);
    expect(raw.equals(snappyJs.uncompress(compressor.compress(raw)))).toBe(true);
  });

  it('falls back to JavaScript if the native package is not installed', async () => {
    const compressor = await loadSnappy(async () => Promise.reject(new Error('not found')));

    expect(compressor).toBe(snappyJs);
  });

  it.each([
    ['cannot compress', { ...snappy, compressSync: refuse }],
    ['makes something else of it', { ...snappy, compressSync: () => Buffer.from('0465', 'hex') }],
    ['makes another text of it', { ...snappy, compressSync: () => snappy.compressSync('else') }],
  ])('falls back to JavaScript with a binary that %s', async (_, broken) => {
    expect(await loadSnappy(async () => broken)).toBe(snappyJs);
  });
});

function refuse(): never {
  throw new Error('illegal instruction');
}
