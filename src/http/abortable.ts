import { whenAborted } from './when-aborted.ts';

/** Stops waiting when the signal aborts. The operation itself continues, because other callers may wait for it. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let release: (() => void) | undefined;
    // Must come first, because an unhandled rejection would end the process.
    promise.then(resolve, reject).finally(() => release?.());
    release = whenAborted(signal, () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    });
  });
}
