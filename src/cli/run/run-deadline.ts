import { createAbortControllerWithoutListenerLimit } from '../../http/unlimited-abort-controller.ts';
import { whenAborted } from '../../http/when-aborted.ts';

export interface RunDeadline {
  readonly signal: AbortSignal;
  readonly isOver: boolean;
  /** The limit, for people. */
  readonly text: string;
  /** To be called in any case: a timer that is left keeps the process alive. */
  clear(): void;
}

/** A limit for a whole run, which also ends when the signal of the process does. */
export function startRunDeadline(limitMs: number | undefined, outer: AbortSignal): RunDeadline {
  const controller = createAbortControllerWithoutListenerLimit();
  let isOver = false;
  const timer =
    limitMs === undefined
      ? undefined
      : setTimeout(() => {
          isOver = true;
          controller.abort();
        }, limitMs);
  const release = whenAborted(outer, () => controller.abort());
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    text: `${(limitMs ?? 0) / 1000}s`,
    clear() {
      clearTimeout(timer);
      release();
    },
  };
}
