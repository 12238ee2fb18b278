import { createAbortControllerWithoutListenerLimit } from '../../http/unlimited-abort-controller.ts';
import { whenAborted } from '../../http/when-aborted.ts';

export interface RunDeadline {
  readonly signal: AbortSignal;
  readonly isExceeded: boolean;
  /** The limit for messages, such as `5s`. */
  readonly text: string;
  /** Must be called at the end, because the timer keeps the process alive. */
  clear(): void;
}

/** A time limit for a whole run. Its signal also aborts when the outer one does. */
export function startRunDeadline(limitMs: number | undefined, outer: AbortSignal): RunDeadline {
  const controller = createAbortControllerWithoutListenerLimit();
  let isExceeded = false;
  const timer =
    limitMs === undefined
      ? undefined
      : setTimeout(() => {
          isExceeded = true;
          controller.abort();
        }, limitMs);
  const release = whenAborted(outer, () => controller.abort());
  return {
    signal: controller.signal,
    get isExceeded() {
      return isExceeded;
    },
    text: `${(limitMs ?? 0) / 1000}s`,
    clear() {
      clearTimeout(timer);
      release();
    },
  };
}
