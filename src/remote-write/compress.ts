import snappy from 'snappyjs';

/** Compresses a request body; another implementation of the same format may take its place. */
export type Compress = (raw: Uint8Array) => Uint8Array;

/**
 * The block format of snappy, which the remote write specification demands; the framed format that
 * shares its name is another one.
 */
export function compressSnappyBlock(raw: Uint8Array): Uint8Array {
  // Given a `Buffer`, snappyjs returns a slice that keeps its larger work space in memory.
  return snappy.compress(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
}
