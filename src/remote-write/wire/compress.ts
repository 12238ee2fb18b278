import snappy from 'snappyjs';

/** The block format of snappy; another implementation of the same format may take its place. */
export interface Compressor {
  readonly name: string;
  compress(raw: Uint8Array): Uint8Array;
  /** @throws {Error} If the bytes are no block of snappy. */
  uncompress(block: Uint8Array): Uint8Array;
}

export type Compress = Compressor['compress'];

/**
 * Written in JavaScript. The block format is what the remote write specification demands; the framed
 * format that shares its name is another one.
 */
export const snappyJs: Compressor = {
  name: 'snappyjs',
  compress: compressSnappyBlock,
  uncompress: (block) => snappy.uncompress(withoutPool(block)),
};

export function compressSnappyBlock(raw: Uint8Array): Uint8Array {
  return snappy.compress(withoutPool(raw));
}

/** Given a `Buffer`, snappyjs returns a slice that keeps its larger work space in memory. */
function withoutPool(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
