import { addAbortSignal, type Readable } from 'node:stream';

/** Number of bytes to keep. Prometheus logs as much of a response. */
const MAX_KEPT_BYTES = 1024;

/**
 * Maximum number of bytes to read. A connection can be reused only if the response was read to the end, but
 * beyond this size a new connection is cheaper.
 */
const MAX_READ_BYTES = 1024 * 1024;

/**
 * Reads the start of a response body. Never rejects: only the status decides the outcome, so if the body breaks
 * off or takes too long, the text is just shorter.
 */
export async function readAnswerBody(stream: Readable, signal: AbortSignal): Promise<string> {
  return readBeginning(readBytes(addAbortSignal(signal, stream)));
}

/** Like `readAnswerBody`, for a body that has its own timeout. */
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
