/** The kind of a file, detected from its first bytes. `blank` if any kind can begin with them. */
export type ContentKind = 'blank' | 'json' | 'other text' | 'utf-16' | 'binary';

/** Bytes of the byte order mark. Concatenated files have several. */
export const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const blanks = new Set([...Buffer.from(' \t\r\n'), ...byteOrderMark]);
/** The record separator before each value of a JSON text sequence (RFC 7464). */
const jsonStarts = new Set(Buffer.from('{[\u001e'));

/** Number of bytes to search for a zero byte, which text never contains. */
const BINARY_PROBE_BYTES = 8192;

/** Matches a directive, a marker, or a key of a Kubernetes object or a scan result. */
const yamlLine =
  /^(?:%YAML |---\s|(?:- )?(?:apiVersion|descriptor|distro|items|kind|matches|metadata|source|spec) *:)/m;
const jsonLine = /^\s*[{[]/m;

export function contentKindOf(start: Buffer): ContentKind {
  const [first, second] = start;
  if (first === 0xff || first === 0xfe) {
    if (second === undefined) return 'blank';
    return first + second === 0xff + 0xfe ? 'utf-16' : 'binary';
  }
  if (start.subarray(0, BINARY_PROBE_BYTES).includes(0)) return 'binary';
  const visible = start.find((byte) => !blanks.has(byte));
  if (visible === undefined) return 'blank';
  return jsonStarts.has(visible) ? 'json' : 'other text';
}

/** Distinguishes YAML from text before JSON, such as the output of a tool that ran before. */
export function textKindOf(start: Buffer): 'yaml' | 'text before json' | 'unknown' {
  const text = withoutByteOrderMark(start).toString('latin1');
  if (yamlLine.test(text)) return 'yaml';
  return jsonLine.test(text) ? 'text before json' : 'unknown';
}

/** Removes byte order marks at the start. */
export function withoutByteOrderMark(bytes: Buffer): Buffer {
  if (bytes[0] !== byteOrderMark[0]) return bytes;
  let start = 0;
  while (byteOrderMark.equals(bytes.subarray(start, start + byteOrderMark.length))) {
    start += byteOrderMark.length;
  }
  return bytes.subarray(start);
}
