const TOLERANCE_MS = 60_000;

/** Notices that our clock and the receiver's differ: it refuses, or misplaces, what we send then. */
export class ClockGuard {
  readonly #now: () => number;
  #isOff = false;
  #warning: string | undefined;

  /** @param now Milliseconds since the Unix epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whole seconds, as in the header `Date`. */
  recordServerTime(serverMs: number): void {
    const offMs = this.#now() - serverMs;
    const isOff = Math.abs(offMs) > TOLERANCE_MS;
    if (isOff && !this.#isOff) {
      const seconds = Math.round(Math.abs(offMs) / 1000);
      const way = offMs > 0 ? 'ahead of' : 'behind';
      this.#warning = `this clock is ${seconds} s ${way} the receiver's; more than a few minutes and it refuses the samples`;
    }
    this.#isOff = isOff;
  }

  /** What was noticed since the last call, if anything. */
  takeWarning(): string | undefined {
    const warning = this.#warning;
    this.#warning = undefined;
    return warning;
  }
}
