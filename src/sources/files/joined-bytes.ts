interface Part {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  length: number;
}

/**
 * Collects bytes that arrive in pieces. Adjacent pieces of a chunk become one part, because a text can
 * have millions of lines.
 */
export class JoinedBytes {
  readonly #parts: Part[] = [];

  add({ buffer, byteOffset, length }: Buffer): void {
    const last = this.#parts.at(-1);
    if (last?.buffer === buffer && last.byteOffset + last.length === byteOffset) {
      last.length += length;
    } else this.#parts.push({ buffer, byteOffset, length });
  }

  toBuffer(): Buffer {
    const parts = this.#parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.length));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  }
}
