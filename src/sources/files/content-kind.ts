/** Kind of a file's content, detected from its first bytes. `blank` if they are all white space. */
export type ContentKind = 'blank' | 'json' | 'other text' | 'utf-16' | 'binary';

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const blanks = new Set(Buffer.from(' \t\r\n'));
/** U+001E precedes each value of a JSON text sequence (RFC 7464). */
const jsonStarts = new Set(Buffer.from('{[\u001e'));

/** Number of bytes that are searched for a zero byte, which text never contains. */
const BINARY_PROBE_BYTES = 8192;

export function contentKindOf(start: Buffer): ContentKind {
  if (start[0] === 0xff || start[0] === 0xfe) return 'utf-16';
  if (start.subarray(0, BINARY_PROBE_BYTES).includes(0)) return 'binary';
  // A pipe may deliver only a part of the byte order mark.
  if (start.equals(byteOrderMark.subarray(0, start.length))) return 'blank';
  const first = withoutByteOrderMark(start).find((byte) => !blanks.has(byte));
  if (first === undefined) return 'blank';
  return jsonStarts.has(first) ? 'json' : 'other text';
}

export function withoutByteOrderMark(bytes: Buffer): Buffer {
  const isMarked = bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark);
  return isMarked ? bytes.subarray(byteOrderMark.length) : bytes;
}
