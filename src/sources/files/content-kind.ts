/** What the first bytes of a file say about the rest; `blank` where they say nothing yet. */
export type ContentKind = 'blank' | 'json' | 'other text' | 'utf-16' | 'binary';

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const blanks = new Set(Buffer.from(' \t\r\n'));
/** The record separator of RFC 7464 stands before each value of a JSON text sequence. */
const jsonStarts = new Set(Buffer.from('{[\u001e'));

/** No text has a zero byte; looking at more than this would find no more binary files. */
const BINARY_PROBE_BYTES = 8192;

export function contentKindOf(start: Buffer): ContentKind {
  if (start[0] === 0xff || start[0] === 0xfe) return 'utf-16';
  if (start.subarray(0, BINARY_PROBE_BYTES).includes(0)) return 'binary';
  // A pipe may cut even the mark.
  if (start.equals(byteOrderMark.subarray(0, start.length))) return 'blank';
  const first = withoutByteOrderMark(start).find((byte) => !blanks.has(byte));
  if (first === undefined) return 'blank';
  return jsonStarts.has(first) ? 'json' : 'other text';
}

export function withoutByteOrderMark(bytes: Buffer): Buffer {
  const isMarked = bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark);
  return isMarked ? bytes.subarray(byteOrderMark.length) : bytes;
}
