/**
 * Calls the listener once the signal aborts, now if it has. Returns what takes the listener away.
 *
 * Not by the `signal` option of `addEventListener`: a controller that aborts makes an error, whose
 * stack holds everything that called it, and V8 keeps that for as long as the controller is reachable.
 */
export function whenAborted(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
