import type { RetryClock } from '../../../src/http/retry-clock.ts';

export interface WaitingClock {
  readonly runtime: RetryClock;
  /** Milliseconds of each wait. */
  readonly slept: number[];
  /** Advances the clock for something other than waiting. */
  readonly pass: (ms: number) => void;
}

/** Creates a clock that advances only while something waits, and records each wait. */
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
