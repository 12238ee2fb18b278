/**
 * Calls the listener when the signal aborts, or immediately if it already has. Returns a function that removes
 * the listener.
 *
 * Does not use the `signal` option of `addEventListener`, because aborting that signal creates an error, whose
 * stack keeps all callers alive.
 */
export function whenAborted(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
