import { whenAborted } from './when-aborted.ts';

/** Waits no longer than the signal allows; what it waited for goes on, as others may wait for it. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let release: (() => void) | undefined;
    // Before all else: what has begun may fail, and a rejection nobody listens to ends the process.
    promise.then(resolve, reject).finally(() => release?.());
    release = whenAborted(signal, () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    });
  });
}
