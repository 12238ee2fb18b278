import { createReadStream, type ReadStream } from 'node:fs';
import { addAbortSignal, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Large enough that the event loop costs nothing, small enough that a few of them cost nothing. */
const CHUNK_BYTES = 256 * 1024;

/** Of what is unpacked: the next one is made while this one is parsed, if there is room for both. */
const UNPACKED_CHUNK_BYTES = 512 * 1024;
const unpackOptions = {
  chunkSize: UNPACKED_CHUNK_BYTES,
  highWaterMark: UNPACKED_CHUNK_BYTES + 1,
};

/** The path that means standard input. */
export const STDIN_PATH = '-';

/**
 * Bytes of a file in chunks, unpacked if they are gzip, whatever the file's name says. Unpacking
 * runs on another thread, while this one parses what came before.
 *
 * @param onRaw Told how many bytes of the file were read so far.
 */
export async function* readBytes(
  path: string,
  onRaw: (bytes: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  signal.throwIfAborted();
  // Ends the wait for bytes too: a pipe may stay silent for as long as it likes.
  const raw = addAbortSignal(signal, openStream(path));
  try {
    for await (const chunk of unpack(raw, await peek(raw))) {
      signal.throwIfAborted();
      if ('bytesRead' in raw) onRaw(raw.bytesRead);
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
  } finally {
    raw.destroy();
  }
}

function openStream(path: string): ReadStream | Readable {
  return path === STDIN_PATH
    ? process.stdin
    : createReadStream(path, { highWaterMark: CHUNK_BYTES });
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
  // An error of either stream reaches whoever reads from the second.
  return pipeline(raw, createGunzip(unpackOptions), () => undefined);
}
