import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';

import { STDIN_PATH } from './byte-stream.ts';
import type { FoundFile } from './find-files.ts';

/** Larger files are streamed: opening a stream costs little beside reading them. */
const MAX_FILE_BYTES = 2 ** 20;
const MAX_UNPACKED_BYTES = 4 * 2 ** 20;

/** Below this, handing data to another thread takes longer than unpacking it. */
const MIN_THREAD_BYTES = 64 * 2 ** 10;

/** Files that are unpacked while the one before them is parsed. */
const FILES_AHEAD = 2;

/** Gzip ends with the size of what was packed, and has at least a header before it (RFC 1952). */
const GZIP_SIZE_BYTES = 4;
const MIN_GZIP_BYTES = 18;

const unpackOnThread = promisify(gunzip);

export interface LoadedFile {
  readonly file: FoundFile;
  /** The whole file, unpacked; `undefined` if it is to be streamed. */
  readonly content: Buffer | undefined;
}

/**
 * All files in their order, the small ones with their content. A cluster has a summary of two
 * kilobytes for each container, and a stream for each would cost far more than what is in it.
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
  // What was small enough never waited: signals would go unheard for thousands of files.
  await setImmediate();
  const loaded = await loading.shift();
  if (loaded !== undefined) yield loaded;
}

/** Whatever goes wrong here goes wrong again for the stream, which says so and keeps what it can. */
async function load(file: FoundFile): Promise<LoadedFile> {
  try {
    const content = isSmall(file) ? await unpack(readFileSync(file.path)) : undefined;
    return { file, content: content?.length === 0 ? undefined : content };
  } catch {
    return { file, content: undefined };
  }
}

/** Pipes and devices have no size: reading one to its end might never come back. */
function isSmall({ path, bytes }: FoundFile): boolean {
  return path !== STDIN_PATH && bytes > 0 && bytes <= MAX_FILE_BYTES;
}

async function unpack(raw: Buffer): Promise<Buffer | undefined> {
  const isGzip = raw[0] === 0x1f && raw[1] === 0x8b;
  if (!isGzip || raw.length < MIN_GZIP_BYTES) return isGzip ? undefined : raw;
  // Only a hint, which may lie: what has more room than it needs is unpacked at one go.
  const size = raw.readUInt32LE(raw.length - GZIP_SIZE_BYTES);
  if (size > MAX_UNPACKED_BYTES) return undefined;
  const options = { chunkSize: size + 1024, maxOutputLength: MAX_UNPACKED_BYTES };
  return size < MIN_THREAD_BYTES ? gunzipSync(raw, options) : unpackOnThread(raw, options);
}
