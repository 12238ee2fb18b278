/** Time and timers, replaced in tests. */
export interface AgentClock {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Calls `callback` once. Returns a function that cancels the timer. */
  readonly setTimer: (callback: () => void, ms: number) => () => void;
}

export const systemClock: AgentClock = {
  now: Date.now,
  setTimer(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
