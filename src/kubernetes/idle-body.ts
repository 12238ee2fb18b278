import type { Readable } from 'node:stream';

/** The connection broke off before the body was whole: asked for again, it may come. */
export class BrokenBodyError extends Error {
  override readonly name = 'BrokenBodyError';
}

/**
 * The bytes of a body, which breaks off where nothing comes for so long: a connection that died
 * without a word would otherwise be waited for until the end of time. Its reader must not pause itself.
 * A reader that ends early closes it, and what that reader throws stays what it is.
 *
 * @throws {BrokenBodyError}
 */
export async function* untilIdle(body: Readable, idleMs: number): AsyncGenerator<Buffer> {
  const timer = setTimeout(() => body.destroy(new Error(`nothing within ${idleMs} ms`)), idleMs);
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
