import { closeSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';

import { openWithoutWaiting, STDIN_PATH } from './byte-stream.ts';
import type { FoundFile } from './find-files.ts';

/** Larger files are streamed, because for them the cost of opening a stream does not matter. */
const MAX_FILE_BYTES = 2 ** 20;
const MAX_UNPACKED_BYTES = 4 * 2 ** 20;

/** Below this size, decompressing on another thread takes longer than doing it here. */
const MIN_THREAD_BYTES = 64 * 2 ** 10;

/** Number of files to decompress ahead of parsing. */
const FILES_AHEAD = 2;

/** A gzip file has a header and ends with the uncompressed size (RFC 1952). */
const GZIP_SIZE_BYTES = 4;
const MIN_GZIP_BYTES = 18;

const unpackOnThread = promisify(gunzip);

export interface LoadedFile {
  readonly file: FoundFile;
  /** The whole uncompressed file. Absent if it is to be streamed. */
  readonly content: Buffer | undefined;
}

/**
 * Yields all files in order, small ones with their content. A cluster has one summary of two kilobytes per
 * container, and opening a stream for each would dominate the run.
 */
export async function* loadSmallFiles(files: readonly FoundFile[]): AsyncGenerator<LoadedFile> {
  const loading: Promise<LoadedFile>[] = [];
  for (const file of files) {
    loading.push(load(file));
    if (loading.length > FILES_AHEAD) yield* takeFirst(loading);
  }
  while (loading.length > 0) yield* takeFirst(loading);
}

async function* takeFirst(loading: Promise<LoadedFile>[]): AsyncGenerator<LoadedFile> {
  // Loading small files never yields to the event loop, which would delay signals.
  await setImmediate();
  const loaded = await loading.shift();
  if (loaded !== undefined) yield loaded;
}

/** Errors are left to the stream, which reports them and keeps what it can read. */
async function load(file: FoundFile): Promise<LoadedFile> {
  try {
    const content = isSmall(file) ? await unpack(readWhole(file.path)) : undefined;
    return { file, content: content?.length === 0 ? undefined : content };
  } catch {
    return { file, content: undefined };
  }
}

/** Reads a whole file. Does not block if the file has become a pipe in the meantime. */
function readWhole(path: string): Buffer {
  const descriptor = openWithoutWaiting(path);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Returns whether a file is small enough to be read at once. Pipes have size 0, so they are not. */
function isSmall({ path, bytes }: FoundFile): boolean {
  return path !== STDIN_PATH && bytes > 0 && bytes <= MAX_FILE_BYTES;
}

async function unpack(raw: Buffer): Promise<Buffer | undefined> {
  const isGzip = raw[0] === 0x1f && raw[1] === 0x8b;
  if (!isGzip || raw.length < MIN_GZIP_BYTES) return isGzip ? undefined : raw;
  // The size in the file may be wrong, so it is only a hint that avoids reallocations.
  const size = raw.readUInt32LE(raw.length - GZIP_SIZE_BYTES);
  if (size > MAX_UNPACKED_BYTES) return undefined;
  const options = { chunkSize: size + 1024, maxOutputLength: MAX_UNPACKED_BYTES };
  return size < MIN_THREAD_BYTES ? gunzipSync(raw, options) : unpackOnThread(raw, options);
}
