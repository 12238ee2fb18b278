const TOLERANCE_MS = 60_000;

/** Warns if the local clock and the receiver's clock differ: receivers reject such samples or store a wrong time. */
export class ClockGuard {
  readonly #now: () => number;
  #isOff = false;
  #warning: string | undefined;

  /** @param now Milliseconds since the Unix epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param serverMs Time in the header `Date`, which has a resolution of one second. */
  recordServerTime(serverMs: number): void {
    const offMs = this.#now() - serverMs;
    const isOff = Math.abs(offMs) > TOLERANCE_MS;
    if (isOff && !this.#isOff) {
      const seconds = Math.round(Math.abs(offMs) / 1000);
      const way = offMs > 0 ? 'ahead of' : 'behind';
      this.#warning = `the local clock is ${seconds}s ${way} the receiver's clock; receivers reject samples that are off by minutes`;
    }
    this.#isOff = isOff;
  }

  /** Returns the warning since the last call, if there is one. */
  takeWarning(): string | undefined {
    const warning = this.#warning;
    this.#warning = undefined;
    return warning;
  }
}
