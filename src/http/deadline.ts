import { whenAborted } from './when-aborted.ts';

export interface Deadline {
  /** Aborts at the deadline, or when the outer signal aborts. */
  readonly signal: AbortSignal;
  /** Must be called at the end. Stops the timer and releases the outer signal. */
  readonly clear: () => void;
}

/**
 * Starts a time limit with a signal. `AbortSignal.any` with `AbortSignal.timeout` would do the same, but Node.js
 * 20 keeps each such signal as long as the outer one exists, and they add up to thousands.
 */
export function startDeadline(timeoutMs: number, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  function abort(): void {
    controller.abort();
  }

  const timer = setTimeout(abort, timeoutMs);
  const release = whenAborted(outer, abort);
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      release();
    },
  };
}
