import type { SkippedReport, SkipReason } from '../skipped-report.ts';
import { readBytes, STDIN_PATH } from './byte-stream.ts';
import { describeFileError } from './find-files.ts';
import type { JsonPiece } from './json-piece.ts';
import { JsonSplitter } from './json-splitter.ts';
import { parseJson, parseYaml } from './parse-document.ts';
import { type YamlPiece, YamlSplitter } from './yaml-splitter.ts';

export interface DocumentLimits {
  readonly maxDocumentBytes: number;
  readonly maxDepth: number;
}

/** One value that a file holds, or what kept it from being read. */
export type FileDocument =
  | { readonly type: 'value'; readonly value: unknown; readonly where: string }
  | { readonly type: 'problem'; readonly report: SkippedReport };

/** The YAML parser takes about 25 times a document's size, and a second for 5 MB. */
const MAX_YAML_BYTES = 16 * 2 ** 20;

export interface FileReadOptions {
  readonly limits: DocumentLimits;
  /** Told how many bytes of the file were read so far. */
  readonly progress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** All documents of a file in their order, each parsed when it is asked for. */
export async function* readFileDocuments(
  path: string,
  options: FileReadOptions,
): AsyncGenerator<FileDocument> {
  let reader: DocumentReader | undefined;
  try {
    for await (const chunk of readBytes(path, options.progress, options.signal)) {
      reader ??= chooseReader(path, chunk, options.limits);
      yield* reader.push(chunk);
      if (reader.isDone) return;
    }
  } catch (error) {
    options.signal.throwIfAborted();
    yield problem(nameOf(path), reasonOf(error), describeFileError(error));
    return;
  }
  if (reader === undefined) yield problem(nameOf(path), 'empty', 'the file is empty');
  else yield* reader.end();
}

interface DocumentReader {
  /** Nothing more can come of this file. */
  readonly isDone: boolean;
  push(chunk: Buffer): Iterable<FileDocument>;
  end(): Iterable<FileDocument>;
}

/** Content decides: what begins with a bracket is JSON, unless it is something else entirely. */
function chooseReader(path: string, start: Buffer, limits: DocumentLimits): DocumentReader {
  const binary = binaryKind(start);
  if (binary !== undefined) return createProblemReader(path, 'binary', binary);
  const isJson = /^\s*[[{]/.test(withoutByteOrderMark(start).toString('latin1', 0, 4096));
  const isYaml = /\.ya?ml(\.gz)?$/i.test(path) || path === STDIN_PATH;
  return isJson || !isYaml ? createJsonReader(path, limits) : createYamlReader(path, limits);
}

function binaryKind(start: Buffer): string | undefined {
  if (start[0] === 0xff || start[0] === 0xfe) return 'is not UTF-8 text; save it as UTF-8';
  return start.subarray(0, 8192).includes(0) ? 'is a binary file, not JSON or YAML' : undefined;
}

function createProblemReader(path: string, reason: SkipReason, message: string): DocumentReader {
  return { isDone: true, push: () => [problem(nameOf(path), reason, message)], end: () => [] };
}

function createJsonReader(path: string, limits: DocumentLimits): DocumentReader {
  const splitter = new JsonSplitter({
    ...limits,
    lineDelimited: /\.ndjson(\.gz)?$/i.test(path),
  });
  let isFirst = true;
  function* documents(pieces: readonly JsonPiece[]): Generator<FileDocument> {
    for (const piece of pieces) {
      const where = `${nameOf(path)}:${piece.line}`;
      if (piece.type === 'problem') yield problem(where, piece.reason, piece.message);
      else yield parsed(where, parseJson(piece.bytes));
    }
  }
  return {
    isDone: false,
    push(chunk) {
      const bytes = isFirst ? withoutByteOrderMark(chunk) : chunk;
      isFirst = false;
      return documents(splitter.push(bytes));
    },
    end: () => documents(splitter.end()),
  };
}

function createYamlReader(path: string, limits: DocumentLimits): DocumentReader {
  const maxBytes = Math.min(limits.maxDocumentBytes, MAX_YAML_BYTES);
  const splitter = new YamlSplitter(maxBytes);
  function* documents(pieces: readonly YamlPiece[]): Generator<FileDocument> {
    for (const { bytes, line } of pieces) {
      const where = `${nameOf(path)}:${line}`;
      if (bytes === undefined) {
        const limit = Math.floor(maxBytes / 2 ** 20);
        const message = `larger than the ${limit} MiB that a YAML document may have; save it as JSON`;
        yield problem(where, 'too_large', message);
      } else yield parsed(where, parseYaml(bytes));
    }
  }
  return {
    isDone: false,
    push: (chunk) => documents(splitter.push(chunk)),
    end: () => documents(splitter.end()),
  };
}

function parsed(where: string, document: ReturnType<typeof parseJson>): FileDocument {
  if (document.type === 'problem') return problem(where, document.reason, document.message);
  return { type: 'value', value: document.value, where };
}

function problem(where: string, reason: SkipReason, message: string): FileDocument {
  return { type: 'problem', report: { where, reason, message } };
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function nameOf(path: string): string {
  return path === STDIN_PATH ? 'standard input' : path;
}

function reasonOf(error: unknown): SkipReason {
  return error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
    ? 'truncated'
    : 'unreadable';
}
