import type { DocumentReader } from './file-document.ts';

/**
 * Reads text in UTF-16, which PowerShell writes to files. The text must begin with a byte order mark.
 */
export function createUtf16Reader(
  start: Buffer,
  createReader: () => DocumentReader,
): DocumentReader {
  const decoder = new TextDecoder(start[0] === 0xff ? 'utf-16le' : 'utf-16be');
  const reader = createReader();
  return {
    get isDone() {
      return reader.isDone;
    },
    push: (chunk) => reader.push(Buffer.from(decoder.decode(chunk, { stream: true }))),
    *end() {
      yield* reader.push(Buffer.from(decoder.decode()));
      yield* reader.end();
    },
  };
}
