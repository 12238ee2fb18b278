/**
 * For every byte of an unpacked block of snappy, which byte of the block it was taken from: the text
 * that stands there once, or to which later parts refer (format description of snappy, "Compressed
 * format").
 *
 * The answer is valid until the next call.
 *
 * @throws {RangeError} If the bytes are no block of snappy.
 */
export function findOrigins(block: Uint8Array): Uint32Array {
  const { value: length, next } = readVarint(block);
  if (length > scratch.length) scratch = new Uint32Array(length);
  const origins = scratch.subarray(0, length);
  let written = 0;
  for (let at = next; at < block.length;) {
    const element = readElement(block, at);
    if (written + element.length > length) throw new RangeError('a block of snappy is too long');
    if (element.offset === undefined) {
      for (let i = 0, from = element.next; i < element.length; i++) origins[written + i] = from + i;
      at = element.next + element.length;
    } else {
      copy(origins, written, element);
      at = element.next;
    }
    written += element.length;
  }
  if (written < length) throw new RangeError('a block of snappy is too short');
  return origins;
}

interface Element {
  readonly length: number;
  /** How far back a copy begins; missing for a text. */
  readonly offset?: number;
  /** What follows: the text itself, or the next element. */
  readonly next: number;
}

function readElement(block: Uint8Array, at: number): Element {
  const tag = block[at] ?? 0;
  const size = tag >> 2;
  switch (tag & 3) {
    case 0:
      return readText(block, at, size);
    case 1: {
      const offset = ((tag >> 5) << 8) | (block[at + 1] ?? 0);
      return { length: (size & 7) + 4, offset, next: at + 2 };
    }
    case 2:
      return { length: size + 1, offset: readInteger(block, at + 1, 2), next: at + 3 };
    default:
      return { length: size + 1, offset: readInteger(block, at + 1, 4), next: at + 5 };
  }
}

/** Up to 60 bytes, or a length of one to four bytes behind the tag. */
function readText(block: Uint8Array, at: number, size: number): Element {
  if (size < 60) return { length: size + 1, next: at + 1 };
  const bytes = size - 59;
  return { length: readInteger(block, at + 1, bytes) + 1, next: at + 1 + bytes };
}

/** A copy may reach into what it writes itself, and then repeats it. */
function copy(origins: Uint32Array, to: number, { length, offset = 0 }: Element): void {
  const from = to - offset;
  if (offset === 0 || from < 0)
    throw new RangeError('a block of snappy refers beyond its beginning');
  if (offset >= length) origins.copyWithin(to, from, from + length);
  else for (let i = 0; i < length; i++) origins[to + i] = origins[from + i] ?? 0;
}

function readInteger(block: Uint8Array, at: number, bytes: number): number {
  let value = 0;
  for (let i = 0; i < bytes; i++) value += (block[at + i] ?? 0) * 2 ** (8 * i);
  return value;
}

/** Of at most 32 bits. */
function readVarint(block: Uint8Array): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = 0; at < 5; at++) {
    const byte = block[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80 && value <= MAX_LENGTH) return { value, next: at + 1 };
  }
  throw new RangeError('a block of snappy has no length');
}

/** Megabytes for each of hundreds of requests would cost more than all else. */
let scratch = new Uint32Array();

/** Requests are smaller; a damaged length must not take all memory. */
const MAX_LENGTH = 64 * 2 ** 20;
