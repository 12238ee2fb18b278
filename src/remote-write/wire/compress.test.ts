import fc from 'fast-check';
import snappy from 'snappy';
import snappyjs from 'snappyjs';
import { describe, expect, it } from 'vitest';

import { compressSnappyBlock } from './compress.ts';

const BLOCK = 65_536;

describe('E2: compressSnappyBlock', () => {
  it.each([0, 1, 59, 60, 61, 255, 256, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 2_000_000])(
    'round-trips %d bytes, repetitive or not',
    (size) => {
      const repetitive = Buffer.alloc(size, 'kubescape_');
      const random = createNoise(size);

      expect(uncompress(compressSnappyBlock(repetitive)).equals(repetitive)).toBe(true);
      expect(uncompress(compressSnappyBlock(random)).equals(random)).toBe(true);
    },
  );

  it('round-trips any bytes, even with its own decoder', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (raw) => {
        const body = compressSnappyBlock(raw);
        expect(uncompress(body)).toEqual(Buffer.from(raw));
        expect(snappyjs.uncompress(body)).toEqual(raw);
      }),
    );
  });

  it('is not the framed format', () => {
    const body = compressSnappyBlock(Buffer.from('sNaPpY'));

    expect(Buffer.from(body).toString('hex')).not.toMatch(/^ff060000/);
  });

  it('compresses a view of a larger memory, and keeps no larger memory itself', () => {
    const view = Buffer.from('xxabcabcabcxx').subarray(2, 11);

    const body = compressSnappyBlock(view);

    expect(uncompress(body).toString()).toBe('abcabcabc');
    expect(body.buffer.byteLength).toBe(body.length);
  });
});

function uncompress(body: Uint8Array): Buffer {
  return Buffer.from(snappy.uncompressSync(body));
}

/** Returns the same, hardly compressible bytes at each call. */
function createNoise(size: number): Buffer {
  let state = 1;
  function next(): number {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  }

  return Buffer.from(Uint8Array.from({ length: size }, next));
}
