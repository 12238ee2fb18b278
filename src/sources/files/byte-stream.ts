import { closeSync, constants, createReadStream, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Large enough to make the cost of the event loop negligible, small enough to keep several chunks in memory. */
export const CHUNK_BYTES = 256 * 1024;

/** Size of the buffer for decompressed bytes: large enough to decompress ahead of parsing. */
const UNPACKED_CHUNK_BYTES = 512 * 1024;
const unpackOptions = {
  chunkSize: UNPACKED_CHUNK_BYTES,
  highWaterMark: UNPACKED_CHUNK_BYTES + 1,
};

/** The path that stands for stdin. */
export const STDIN_PATH = '-';

/**
 * Streams a file in chunks. Decompresses gzip, whatever the file's name, on another thread while the caller
 * parses.
 *
 * @param onRaw Called with the number of bytes read from the file so far.
 */
export async function* readBytes(
  path: string,
  onRaw: (bytes: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  signal.throwIfAborted();
  // The signal must also interrupt a read from a pipe that never sends anything.
  const raw = addAbortSignal(signal, openStream(path));
  try {
    for await (const chunk of unpack(raw, await peek(raw))) {
      signal.throwIfAborted();
      if ('bytesRead' in raw && typeof raw.bytesRead === 'number') onRaw(raw.bytesRead);
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
  } finally {
    raw.destroy();
  }
}

/**
 * A pipe is read as a socket. Reading it as a file would block a thread until a process writes to the
 * pipe, and the process could not exit.
 */
function openStream(path: string): Readable {
  if (path === STDIN_PATH) return process.stdin;
  const descriptor = openWithoutWaiting(path);
  const status = fstatSync(descriptor);
  if (status.isFIFO()) return new Socket({ fd: descriptor, readable: true, writable: false });
  if (status.isFile() || status.isDirectory()) {
    return createReadStream(path, { fd: descriptor, highWaterMark: CHUNK_BYTES });
  }
  closeSync(descriptor);
  throw new Error('is not a file');
}

/** Opens a file for reading, without waiting for the writer of a pipe. */
export function openWithoutWaiting(path: string): number {
  // eslint-disable-next-line no-bitwise -- flags of open(2)
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

async function peek(raw: Readable): Promise<Buffer> {
  for await (const chunk of raw.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    raw.unshift(chunk);
    return chunk;
  }
  return Buffer.alloc(0);
}

function unpack(raw: Readable, start: Buffer): Readable {
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  if (!isGzip) return raw;
  // An error in either stream reaches the reader of the decompressed one.
  return pipeline(raw, createGunzip(unpackOptions), () => undefined);
}
