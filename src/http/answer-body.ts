import { addAbortSignal, type Readable } from 'node:stream';

/** As many bytes of the answer as Prometheus itself puts in its log. */
const MAX_KEPT_BYTES = 1024;

/**
 * Read beyond what is kept, because only a connection whose answer was read to its end can be used
 * again. Past this many bytes a new connection is the cheaper one.
 */
const MAX_READ_BYTES = 1024 * 1024;

/**
 * The beginning of an answer's body. Never rejects: the status line has decided already, so a body
 * that breaks off or takes too long is simply shorter.
 */
export async function readAnswerBody(stream: Readable, signal: AbortSignal): Promise<string> {
  return readBeginning(readBytes(addAbortSignal(signal, stream)));
}

/** The same of bytes that end by themselves. */
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
    // What came before is all there is.
  }
  return Buffer.concat(kept).toString();
}

async function* readBytes(stream: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk;
}
