import { compressSnappyBlock } from '../../remote-write/wire/compress.ts';
import { crc32c } from './crc32c.ts';

const STREAM_IDENTIFIER = Buffer.from('\xff\x06\x00\x00sNaPpY', 'latin1');
const COMPRESSED = 0x00;
const UNCOMPRESSED = 0x01;

/** Bytes of one chunk before compression: the format allows no more. */
const MAX_CHUNK = 65_536;

/** Type, length in three bytes, checksum in four. */
const HEADER = 8;

/**
 * The framed format of snappy (google/snappy, framing_format.txt), which is what a Pushgateway
 * means by `snappy`; remote write means the block format.
 */
export function compressSnappyFramed(raw: Uint8Array): Buffer {
  const parts: Uint8Array[] = [STREAM_IDENTIFIER];
  for (let start = 0; start < raw.length; start += MAX_CHUNK) {
    const chunk = raw.subarray(start, start + MAX_CHUNK);
    const compressed = compressSnappyBlock(chunk);
    const isSmaller = compressed.length < chunk.length;
    const data = isSmaller ? compressed : chunk;
    parts.push(header(isSmaller ? COMPRESSED : UNCOMPRESSED, chunk, data.length), data);
  }
  return Buffer.concat(parts);
}

/** The checksum is of the bytes before compression, the length of what follows it on the wire. */
function header(type: number, chunk: Uint8Array, dataLength: number): Buffer {
  const bytes = Buffer.alloc(HEADER);
  bytes.writeUInt8(type, 0);
  bytes.writeUIntLE(dataLength + 4, 1, 3);
  bytes.writeUInt32LE(mask(crc32c(chunk)), 4);
  return bytes;
}

/** Section 3 of the format: rotated by 15 bits, plus a constant. */
function mask(sum: number): number {
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}
