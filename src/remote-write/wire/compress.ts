import snappy from 'snappyjs';

/** Snappy block format. */
export interface Compressor {
  readonly name: string;
  compress(raw: Uint8Array): Uint8Array;
  /** @throws {Error} The bytes are not a snappy block. */
  uncompress(block: Uint8Array): Uint8Array;
}

export type Compress = Compressor['compress'];

/**
 * Implementation in pure JavaScript. Remote write requires Snappy's block format, not its framed format.
 */
export const snappyJs: Compressor = {
  name: 'snappyjs',
  compress: compressSnappyBlock,
  uncompress: (block) => snappy.uncompress(withoutPool(block)),
};

export function compressSnappyBlock(raw: Uint8Array): Uint8Array {
  return snappy.compress(withoutPool(raw));
}

/** If snappyjs gets a `Buffer`, it returns a slice that keeps a larger work buffer alive. */
function withoutPool(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
