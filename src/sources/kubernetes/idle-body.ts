import { pipeline, type Readable, Transform } from 'node:stream';

/**
 * The same body, which breaks off where nothing comes for so long: a connection that died without
 * a word would otherwise be waited for until the end of time. Its reader must not pause itself.
 */
export function untilIdle(body: Readable, idleMs: number): Readable {
  const timer = setTimeout(() => body.destroy(new Error(`nothing within ${idleMs} ms`)), idleMs);
  const watched = new Transform({
    transform(chunk, _encoding, done) {
      timer.refresh();
      done(null, chunk);
    },
  });
  // What goes wrong with the body goes on to who reads, and who lets go of it closes it.
  return pipeline(body, watched, () => clearTimeout(timer));
}
