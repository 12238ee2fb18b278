/**
 * Limits how long a receiver may fail before all retries stop. All requests to one receiver share the budget.
 * Otherwise each of them would use up its own backoff on a dead receiver.
 *
 * Time counts from the first failure since the last success, not from the success itself, because idle time is
 * not a failure. An exhausted budget stays exhausted until `halfOpen` allows another attempt.
 */
export class RetryBudget {
  readonly #maxMs: number;
  #failingSinceMs: number | undefined;
  #lastAnswerMs = -Infinity;
  #exhausted = false;
  #isHalfOpen = false;

  /** @param maxMs Milliseconds of failure. 0 means no retries. */
  constructor(maxMs: number) {
    this.#maxMs = maxMs;
  }

  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** Whether the last request failed. */
  get isFailing(): boolean {
    return this.#failingSinceMs !== undefined;
  }

  /** Records that the receiver has accepted or rejected a request, so it is available. */
  recordAnswer(nowMs: number): void {
    this.#failingSinceMs = undefined;
    this.#lastAnswerMs = nowMs;
    this.#isHalfOpen = false;
  }

  /** Allows one more request. If the receiver answers it, the budget is reset. */
  halfOpen(): void {
    this.#failingSinceMs = undefined;
    this.#exhausted = false;
    this.#isHalfOpen = true;
  }

  /** @param startMs Start of the failed request. The time that it took counts as failure. */
  recordFailure(startMs: number): void {
    this.#failingSinceMs ??= Math.max(startMs, this.#lastAnswerMs);
  }

  /** How much longer the receiver may fail, in milliseconds. */
  remainingMs(nowMs: number): number {
    const since = this.#failingSinceMs ?? nowMs;
    return Math.max(0, this.#maxMs - (nowMs - since));
  }

  /** Whether a retry may start at the given time. If not, the budget is exhausted. */
  allows(retryAtMs: number): boolean {
    const since = this.#failingSinceMs ?? retryAtMs;
    const isOver = this.#maxMs === 0 || retryAtMs - since > this.#maxMs;
    this.#exhausted ||= this.#isHalfOpen || isOver;
    return !this.#exhausted;
  }
}
