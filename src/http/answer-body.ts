import { addAbortSignal, type Readable } from 'node:stream';

/** Number of bytes that Prometheus logs of a response. */
const MAX_KEPT_BYTES = 1024;

/**
 * A connection can be reused only if its response was read to the end. Beyond this size, a new connection is
 * cheaper.
 */
const MAX_READ_BYTES = 1024 * 1024;

/**
 * Reads the start of a response body. Never rejects: the status line has already decided, so a body that breaks
 * off or takes too long is just shorter.
 */
export async function readAnswerBody(stream: Readable, signal: AbortSignal): Promise<string> {
  return readBeginning(readBytes(addAbortSignal(signal, stream)));
}

/** The same for a body that ends by itself. */
export async function readBeginning(bytes: AsyncIterable<Buffer>): Promise<string> {
  const kept: Buffer[] = [];
  let read = 0;
  try {
    for await (const chunk of bytes) {
      if (read < MAX_KEPT_BYTES) kept.push(chunk.subarray(0, MAX_KEPT_BYTES - read));
      read += chunk.length;
      if (read > MAX_READ_BYTES) break;
    }
  } catch {
    // Keeps what was read before.
  }
  return Buffer.concat(kept).toString();
}

async function* readBytes(stream: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk;
}
