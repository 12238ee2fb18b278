import { setTimeout as sleep } from 'node:timers/promises';

/** Time and randomness, replaced in tests. */
export interface RetryClock {
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A random number from 0 to 1. */
  readonly random: () => number;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}

export const nodeClock: RetryClock = {
  sleep: async (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
  now: () => performance.now(),
};
