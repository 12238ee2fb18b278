const TEN_MINUTES_MS = 600_000;

/**
 * Gives every push a later timestamp than the one before, because receivers refuse samples that are
 * older than the last one of their series.
 */
export class TimestampOrder {
  #lastMs: number;

  /** @param lastMs Of an earlier process; milliseconds since the Unix epoch. */
  constructor(lastMs = -Infinity) {
    this.#lastMs = lastMs;
  }

  /**
   * The wanted time, or just behind the last one if a clock was set back. What lies further ahead
   * than receivers allow was never stored, and is no reason to go on in the future.
   */
  next(wantedMs: number): number {
    const isSetBack = this.#lastMs >= wantedMs && this.#lastMs - wantedMs < TEN_MINUTES_MS;
    this.#lastMs = isSetBack ? this.#lastMs + 1 : wantedMs;
    return this.#lastMs;
  }
}
