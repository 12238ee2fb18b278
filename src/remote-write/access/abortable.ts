/** Waits no longer than the signal allows; what it waited for goes on. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    function abort(): void {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    }
    // Before all else: what has begun may fail, and a rejection nobody listens to ends the process.
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}
