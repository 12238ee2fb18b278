import { Readable } from 'node:stream';

/**
 * The same body, which breaks off where nothing comes for so long: a connection that died without
 * a word would otherwise be waited for until the end of time.
 */
export function untilIdle(body: Readable, idleMs: number): Readable {
  return Readable.from(chunksOf(body, idleMs));
}

async function* chunksOf(body: Readable, idleMs: number): AsyncGenerator {
  function watch(): NodeJS.Timeout {
    return setTimeout(() => body.destroy(new Error(`nothing within ${idleMs} ms`)), idleMs);
  }
  let timer = watch();
  try {
    for await (const chunk of body) {
      clearTimeout(timer);
      yield chunk;
      timer = watch();
    }
  } finally {
    clearTimeout(timer);
  }
}
