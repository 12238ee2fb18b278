import type { Readable } from 'node:stream';

/** Thrown if the connection was closed before the body was complete. A retry may succeed. */
export class BrokenBodyError extends Error {
  override readonly name = 'BrokenBodyError';
}

/**
 * Yields the bytes of a body, and fails if none arrive for `idleMs`: a dead connection would otherwise block
 * indefinitely. The reader must not pause. A reader that stops early closes the body.
 *
 * @throws {BrokenBodyError}
 */
export async function* untilIdle(body: Readable, idleMs: number): AsyncGenerator<Buffer> {
  const timer = setTimeout(() => body.destroy(new Error(`timed out after ${idleMs} ms`)), idleMs);
  try {
    for await (const chunk of body) {
      timer.refresh();
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
  } catch (error) {
    throw new BrokenBodyError(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}
