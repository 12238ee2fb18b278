import { AccessError } from './cluster-access.ts';

/**
 * Waits no longer than the signal allows. What is waited for goes on, as others may wait for it too.
 *
 * @throws What the signal says, if it aborts.
 */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const cleanup = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    function abort(): void {
      reject(signal.reason instanceof Error ? signal.reason : new AccessError('aborted'));
    }
    signal.addEventListener('abort', abort, { signal: cleanup.signal });
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    cleanup.abort();
  }
}

/** @throws {AccessError} It took longer. */
export async function within<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AccessError(`the login took longer than ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
