import type { SkipReason } from '../skipped-report.ts';
import { STDIN_PATH } from './byte-stream.ts';
import {
  type ContentKind,
  contentKindOf,
  textKindOf,
  withoutByteOrderMark,
} from './content-kind.ts';
import { type ContentSource, type DocumentReader, nameOf, problem } from './file-document.ts';
import { createJsonReader } from './json-reader.ts';
import { createUtf16Reader } from './utf16-reader.ts';
import { createYamlReader } from './yaml-reader.ts';

/** How much leading white space to buffer until the kind of the file is known. */
const MAX_BLANK_BYTES = 2 ** 20;

/** How much leading text of a pipe to buffer until it is clear whether the text is YAML. */
const MAX_TEXT_BYTES = 64 * 2 ** 10;

/** Buffers the first bytes until they reveal the kind of content, because a pipe may split them anywhere. */
export function createReader(source: ContentSource): DocumentReader {
  let held: Buffer = Buffer.alloc(0);
  let reader: DocumentReader | undefined;
  return {
    get isDone() {
      return reader?.isDone ?? false;
    },
    push(chunk) {
      if (reader !== undefined) return reader.push(chunk);
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const kind = contentKindOf(held);
      if (mayChange(kind, held, source.path)) return [];
      const start = held;
      held = Buffer.alloc(0);
      reader = createReaderOf(kind, start, source);
      return reader.push(withoutByteOrderMark(start));
    },
    *end() {
      const kind = contentKindOf(held);
      if (reader === undefined && kind !== 'blank') {
        reader = createReaderOf(kind, held, source);
        yield* reader.push(withoutByteOrderMark(held));
      }
      yield* reader?.end() ?? [problem(nameOf(source.path), 'empty', 'the file is empty')];
    },
  };
}

/** Whether more bytes may change the decision how to read the content. */
function mayChange(kind: ContentKind, start: Buffer, path: string): boolean {
  if (kind === 'blank') return start.length <= MAX_BLANK_BYTES;
  if (kind !== 'other text' || path !== STDIN_PATH) return false;
  return start.length <= MAX_TEXT_BYTES && textKindOf(start) === 'unknown';
}

/**
 * Chooses the reader for a file. Content that starts with a bracket is JSON, whatever the file's name.
 * Other content is YAML if the file's name says so, and on a pipe unless JSON follows. Text before JSON
 * is reported and skipped.
 */
function createReaderOf(kind: ContentKind, start: Buffer, source: ContentSource): DocumentReader {
  const { path } = source;
  if (kind === 'utf-16') return createUtf16Reader(start, () => createReader(source));
  if (kind === 'binary') {
    return createProblemReader(path, 'binary', 'a binary file, not JSON or YAML');
  }
  if (kind === 'blank') {
    const message = 'the file starts with more than 1 MiB of white space';
    return createProblemReader(path, 'empty', message);
  }
  const isJson = kind === 'json' || !mayBeYaml(start, path);
  return isJson ? createJsonReader(source) : createYamlReader(source);
}

function mayBeYaml(start: Buffer, path: string): boolean {
  if (path === STDIN_PATH) return textKindOf(start) !== 'text before json';
  return /\.ya?ml(\.gz)?$/i.test(path);
}

function createProblemReader(path: string, reason: SkipReason, message: string): DocumentReader {
  return { isDone: true, push: () => [problem(nameOf(path), reason, message)], end: () => [] };
}
