import { setTimeout as sleep } from 'node:timers/promises';

/** The world around waiting, replaced in tests. */
export interface RetryClock {
  /** Rejects as soon as the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number;
}

export const nodeClock: RetryClock = {
  sleep: async (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
  now: () => performance.now(),
};
