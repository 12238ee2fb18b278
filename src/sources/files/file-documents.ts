import type { SkippedReport, SkipReason } from '../skipped-report.ts';
import { CHUNK_BYTES, readBytes, STDIN_PATH } from './byte-stream.ts';
import { type ContentKind, contentKindOf, withoutByteOrderMark } from './content-kind.ts';
import { describeBytes } from './describe-bytes.ts';
import { describeFileError, type FoundFile } from './find-files.ts';
import type { JsonPiece } from './json-piece.ts';
import { JsonSplitter } from './json-splitter.ts';
import { type ParsedYaml, parseJson, parseYaml } from './parse-document.ts';
import { type YamlPiece, YamlSplitter } from './yaml-splitter.ts';

export interface DocumentLimits {
  readonly maxDocumentBytes: number;
  readonly maxDepth: number;
}

/** One value of a file, or the problem that prevented reading it. */
export type FileDocument =
  | {
      readonly type: 'value';
      readonly value: unknown;
      readonly where: string;
      /** Whether the value is an item of a list. The list itself follows without its items. */
      readonly isItem: boolean;
    }
  | { readonly type: 'problem'; readonly report: SkippedReport };

/** The YAML parser needs about 25 times a document's size in memory, and one second for 5 MB. */
const MAX_YAML_BYTES = 16 * 2 ** 20;

/** Maximum amount of leading white space to buffer until the kind of the file is known. */
const MAX_BLANK_BYTES = 2 ** 20;

export interface FileReadOptions {
  readonly limits: DocumentLimits;
  /** The whole uncompressed file, if it is already loaded. */
  readonly content?: Buffer | undefined;
  /** Called with the number of bytes read from the file so far. */
  readonly progress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Yields all documents of a file in order, and parses each on demand. */
export async function* readFileDocuments(
  { path, isNamed }: Pick<FoundFile, 'path' | 'isNamed'>,
  options: FileReadOptions,
): AsyncGenerator<FileDocument> {
  const reader = createReader(path, { ...options.limits, quotes: isNamed });
  try {
    for await (const chunk of openFile(path, options)) {
      yield* reader.push(chunk);
      if (reader.isDone) return;
    }
  } catch (error) {
    options.signal.throwIfAborted();
    yield problem(nameOf(path), reasonOf(error), describeFileError(error));
    return;
  }
  yield* reader.end();
}

function openFile(
  path: string,
  { content, progress, signal }: FileReadOptions,
): AsyncIterable<Buffer> | Iterable<Buffer> {
  signal.throwIfAborted();
  if (content === undefined) return readBytes(path, progress, signal);
  return slice(content);
}

/** A chunk yields all its documents at once, so its size limits their number. */
function* slice(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; start += CHUNK_BYTES) {
    yield content.subarray(start, start + CHUNK_BYTES);
  }
}

interface ReaderOptions extends DocumentLimits {
  /** Whether messages may quote the content. */
  readonly quotes: boolean;
}

interface DocumentReader {
  /** Whether the rest of the file cannot contain documents. */
  readonly isDone: boolean;
  push(chunk: Buffer): Iterable<FileDocument>;
  end(): Iterable<FileDocument>;
}

/** Buffers the first bytes until they reveal the kind of content, because a pipe may split them anywhere. */
function createReader(path: string, limits: ReaderOptions): DocumentReader {
  let held: Buffer = Buffer.alloc(0);
  let reader: DocumentReader | undefined;
  return {
    get isDone() {
      return reader?.isDone ?? false;
    },
    push(chunk) {
      if (reader !== undefined) return reader.push(chunk);
      const start = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const kind = contentKindOf(start);
      held = kind === 'blank' ? start : Buffer.alloc(0);
      if (kind === 'blank' && start.length <= MAX_BLANK_BYTES) return [];
      reader = createReaderOf(kind, path, limits);
      return reader.push(withoutByteOrderMark(start));
    },
    end: () => reader?.end() ?? [problem(nameOf(path), 'empty', 'the file is empty')],
  };
}

/** Content that starts with a bracket is JSON, whatever the file's name. Other content is YAML only if the name allows it. */
function createReaderOf(kind: ContentKind, path: string, limits: ReaderOptions): DocumentReader {
  if (kind === 'utf-16') {
    return createProblemReader(path, 'binary', 'not UTF-8 text; save the file as UTF-8');
  }
  if (kind === 'binary') {
    return createProblemReader(path, 'binary', 'a binary file, not JSON or YAML');
  }
  if (kind === 'blank') {
    return createProblemReader(
      path,
      'empty',
      'the file starts with more than 1 MiB of white space',
    );
  }
  const isYaml = /\.ya?ml(\.gz)?$/i.test(path) || path === STDIN_PATH;
  return kind === 'json' || !isYaml
    ? createJsonReader(path, limits)
    : createYamlReader(path, limits);
}

function createProblemReader(path: string, reason: SkipReason, message: string): DocumentReader {
  return { isDone: true, push: () => [problem(nameOf(path), reason, message)], end: () => [] };
}

function createJsonReader(path: string, limits: ReaderOptions): DocumentReader {
  const splitter = new JsonSplitter({
    ...limits,
    lineDelimited: /\.(?:ndjson|jsonl)(\.gz)?$/i.test(path),
  });
  function* documents(pieces: readonly JsonPiece[]): Generator<FileDocument> {
    for (const piece of pieces) {
      const where = `${nameOf(path)}:${piece.line}`;
      if (piece.type === 'problem') yield problem(where, piece.reason, piece.message);
      else yield* parsed(parseJson(piece.bytes), { where, isItem: piece.isItem });
    }
  }
  return {
    isDone: false,
    push: (chunk) => documents(splitter.push(chunk)),
    end: () => documents(splitter.end()),
  };
}

function createYamlReader(path: string, limits: ReaderOptions): DocumentReader {
  const maxBytes = Math.min(limits.maxDocumentBytes, MAX_YAML_BYTES);
  const splitter = new YamlSplitter(maxBytes);
  function* documents(pieces: readonly YamlPiece[]): Generator<FileDocument> {
    for (const { bytes, line } of pieces) {
      const where = `${nameOf(path)}:${line}`;
      if (bytes === undefined) {
        const limit = describeBytes(maxBytes);
        const message = `larger than the limit of ${limit} for YAML; save it as JSON`;
        yield problem(where, 'too_large', message);
      } else yield* parsed(parseYaml(bytes), { where, isItem: false });
    }
  }
  return {
    isDone: false,
    push: (chunk) => documents(splitter.push(chunk)),
    end: () => documents(splitter.end()),
  };
}

function* parsed(
  document: ParsedYaml,
  place: { readonly where: string; readonly isItem: boolean },
): Generator<FileDocument> {
  if (document.type === 'value') yield { type: 'value', value: document.value, ...place };
  if (document.type === 'problem') yield problem(place.where, document.reason, document.message);
}

function problem(where: string, reason: SkipReason, message: string): FileDocument {
  return { type: 'problem', report: { where, reason, message } };
}

function nameOf(path: string): string {
  return path === STDIN_PATH ? 'standard input' : path;
}

function reasonOf(error: unknown): SkipReason {
  return error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
    ? 'truncated'
    : 'unreadable';
}
