import type { SkipReason } from '../skipped-report.ts';
import { CHUNK_BYTES, readBytes } from './byte-stream.ts';
import { createReader } from './create-reader.ts';
import { type DocumentLimits, type FileDocument, nameOf, problem } from './file-document.ts';
import { describeFileError, type FoundFile } from './find-files.ts';

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
  const reader = createReader({ path, ...options.limits, quotes: isNamed });
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

/** All documents of a chunk are parsed together, so the size of a chunk limits their number. */
function* slice(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; start += CHUNK_BYTES) {
    yield content.subarray(start, start + CHUNK_BYTES);
  }
}

function reasonOf(error: unknown): SkipReason {
  return error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
    ? 'truncated'
    : 'unreadable';
}
