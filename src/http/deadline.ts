import { whenAborted } from './when-aborted.ts';

export interface Deadline {
  /** Aborts when the time is over, or when the signal it began with does. */
  readonly signal: AbortSignal;
  /** To be called in any case: ends the timer and lets go of the signal. */
  readonly clear: () => void;
}

/**
 * A time limit for everything that listens to its signal. `AbortSignal.any` with
 * `AbortSignal.timeout` says the same, but Node.js 20 keeps each such signal as long as the outer
 * one lives, here for thousands of requests.
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
