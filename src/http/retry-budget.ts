/**
 * How long a receiver may fail before everything meant for it is given up. All requests to one
 * receiver share it: of a dead one each would otherwise use up a whole backoff of its own.
 *
 * The time counts from the first failure that no success followed, and not from the last success:
 * while nothing is sent, nothing can succeed. Once given up, it stays so until it gets a chance.
 */
export class RetryBudget {
  readonly #maxMs: number;
  #failingSinceMs: number | undefined;
  #lastAnswerMs = -Infinity;
  #exhausted = false;
  #hasOneChance = false;

  /** @param maxMs Milliseconds of failure; 0 means no retries. */
  constructor(maxMs: number) {
    this.#maxMs = maxMs;
  }

  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** The receiver has taken or refused a request: either way it is alive. */
  recordAnswer(nowMs: number): void {
    this.#failingSinceMs = undefined;
    this.#lastAnswerMs = nowMs;
    this.#hasOneChance = false;
  }

  /** One more request may be made, and all is as at the beginning as soon as one is answered. */
  giveChance(): void {
    this.#failingSinceMs = undefined;
    this.#exhausted = false;
    this.#hasOneChance = true;
  }

  /** @param startMs When the failed request began: a timeout has cost the time until now. */
  recordFailure(startMs: number): void {
    this.#failingSinceMs ??= Math.max(startMs, this.#lastAnswerMs);
  }

  /** Whether a retry may begin at that time; if not, the budget is exhausted from now on. */
  allows(retryAtMs: number): boolean {
    const since = this.#failingSinceMs ?? retryAtMs;
    const isOver = this.#maxMs === 0 || retryAtMs - since > this.#maxMs;
    this.#exhausted ||= this.#hasOneChance || isOver;
    return !this.#exhausted;
  }
}
