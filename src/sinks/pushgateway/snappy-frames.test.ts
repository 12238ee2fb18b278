import fc from 'fast-check';
import snappy from 'snappy';
import { describe, expect, it } from 'vitest';

import { compressSnappyFramed } from './snappy-frames.ts';

const CHUNK = 65_536;

describe('P5: compressSnappyFramed', () => {
  it.each([1, 59, 60, 61, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 2_000_000])(
    'is read back by another implementation: %d bytes, repetitive or not',
    async (size) => {
      const repetitive = Buffer.alloc(size, 'kubescape_');
      const noise = createNoise(size);

      expect((await decode(compressSnappyFramed(repetitive))).equals(repetitive)).toBe(true);
      expect((await decode(compressSnappyFramed(noise))).equals(noise)).toBe(true);
    },
  );

  it('is read back by another implementation, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (raw) => {
        expect(await decode(compressSnappyFramed(raw))).toEqual(Buffer.from(raw));
      }),
      { numRuns: 50 },
    );
  });

  // The checksum is the check value of CRC-32C, e3069283, rotated by 15 bits, plus a282ead8: c78ab0e5.
  it('begins with the stream identifier; what does not shrink goes as it is', () => {
    expect(compressSnappyFramed(Buffer.from('123456789')).toString('hex')).toBe(
      `ff060000734e61507059010d0000e5b08ac7${Buffer.from('123456789').toString('hex')}`,
    );
  });

  it('compresses what shrinks, and holds no more than 64 KiB in a chunk', () => {
    const text = compressSnappyFramed(Buffer.alloc(2 * CHUNK + 5, 'kubescape_'));
    const noise = compressSnappyFramed(createNoise(CHUNK + 1));

    expect(text.length).toBeLessThan(CHUNK / 4);
    expect(chunksOf(text).map(({ type }) => type)).toEqual([0xff, 0x00, 0x00, 0x01]);
    expect(chunksOf(noise)).toEqual([
      { type: 0xff, length: 6 },
      { type: 0x01, length: CHUNK + 4 },
      { type: 0x01, length: 1 + 4 },
    ]);
  });

  it('is judged by a decoder that looks at checksums', async () => {
    const stream = compressSnappyFramed(Buffer.from('123456789'));
    stream.writeUInt8(stream.readUInt8(14) ^ 1, 14);

    await expect(decode(stream)).rejects.toThrow(/checksum|crc/i);
  });

  it('is a stream without chunks where there is nothing', () => {
    expect(compressSnappyFramed(Buffer.alloc(0)).toString('hex')).toBe('ff060000734e61507059');
  });
});

function chunksOf(stream: Buffer): { type: number; length: number }[] {
  const chunks = [];
  for (let at = 0; at < stream.length;) {
    const length = stream.readUIntLE(at + 1, 3);
    chunks.push({ type: stream.readUInt8(at), length });
    at += 4 + length;
  }
  return chunks;
}

/** The native implementation, which checks the checksums. */
async function decode(stream: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const input = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(stream);
      controller.close();
    },
  });
  for await (const chunk of snappy.uncompressStream(input)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes that nothing compresses, the same in every run. */
function createNoise(size: number): Buffer {
  let state = 1;
  return Buffer.from(
    Uint8Array.from({ length: size }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
}
