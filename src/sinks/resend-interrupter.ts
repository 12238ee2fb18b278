import { createAbortControllerWithoutListenerLimit } from '../http/unlimited-abort-controller.ts';
import { whenAborted } from '../http/when-aborted.ts';

/** Enough for an available receiver to finish the resend. */
const GRACE_MS = 1000;

/**
 * Stops a resend to an unavailable receiver when a new cycle starts. All receivers would otherwise wait for it,
 * and the values of the cycle are newer.
 */
export class ResendInterrupter {
  #running: AbortController | undefined;

  /** Runs a resend, one at a time, with a signal that also aborts when the outer one does. */
  async run<T>(outer: AbortSignal, resend: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = createAbortControllerWithoutListenerLimit();
    const release = whenAborted(outer, () => controller.abort());
    this.#running = controller;
    try {
      return await resend(controller.signal);
    } finally {
      release();
      this.#running = undefined;
    }
  }

  interruptSoon(): void {
    const running = this.#running;
    if (running !== undefined) setTimeout(() => running.abort(), GRACE_MS).unref();
  }
}
