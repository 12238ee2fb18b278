import type { RetryClock } from '../../../src/http/retry-clock.ts';

export interface WaitingClock {
  readonly runtime: RetryClock;
  /** Milliseconds of each wait. */
  readonly slept: number[];
  /** For what else takes time. */
  readonly pass: (ms: number) => void;
}

/** A clock on which only waiting takes time, and what was waited for on it. */
export function createClock(random = 0.5): WaitingClock {
  const slept: number[] = [];
  let nowMs = 0;
  const runtime: RetryClock = {
    async sleep(ms) {
      slept.push(ms);
      nowMs += ms;
    },
    random: () => random,
    now: () => nowMs,
  };
  return { runtime, slept, pass: (ms) => void (nowMs += ms) };
}
