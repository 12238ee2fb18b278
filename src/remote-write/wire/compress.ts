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
 * Pure JavaScript implementation. Remote write requires the block format, not the framed format of the same
 * name.
 */
export const snappyJs: Compressor = {
  name: 'snappyjs',
  compress: compressSnappyBlock,
  uncompress: (block) => snappy.uncompress(withoutPool(block)),
};

export function compressSnappyBlock(raw: Uint8Array): Uint8Array {
  return snappy.compress(withoutPool(raw));
}

/** Given a `Buffer`, snappyjs returns a slice that keeps its larger work buffer alive. */
function withoutPool(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
