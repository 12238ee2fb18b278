const TEN_MINUTES_MS = 600_000;

/**
 * Gives every push a later timestamp than the previous one, because receivers reject samples that are
 * older than the last one of their series.
 */
export class TimestampOrder {
  #lastMs: number;

  /** @param lastMs Last timestamp sent by an earlier process, in milliseconds since the Unix epoch. */
  constructor(lastMs = -Infinity) {
    this.#lastMs = lastMs;
  }

  /**
   * Returns the wanted time, or 1 ms after the previous one if the clock was set back. Ignores a previous time
   * more than ten minutes ahead, because receivers have rejected its samples anyway.
   */
  next(wantedMs: number): number {
    const isSetBack = this.#lastMs >= wantedMs && this.#lastMs - wantedMs < TEN_MINUTES_MS;
    this.#lastMs = isSetBack ? this.#lastMs + 1 : wantedMs;
    return this.#lastMs;
  }
}
