/**
 * How long a receiver may fail before everything meant for it is given up. All requests to one
 * receiver share it: of a dead one each would otherwise use up a whole backoff of its own.
 *
 * The time counts from the first failure that no success followed, and not from the last success:
 * while nothing is sent, nothing can succeed. Once given up, it stays so.
 */
export class RetryBudget {
  readonly #maxMs: number;
  #failingSinceMs: number | undefined;
  #lastAnswerMs = -Infinity;
  #exhausted = false;

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
  }

  /** @param startMs When the failed request began: a timeout has cost the time until now. */
  recordFailure(startMs: number): void {
    this.#failingSinceMs ??= Math.max(startMs, this.#lastAnswerMs);
  }

  /** Whether a retry may begin at that time; if not, the budget is exhausted from now on. */
  allows(retryAtMs: number): boolean {
    const since = this.#failingSinceMs ?? retryAtMs;
    this.#exhausted ||= this.#maxMs === 0 || retryAtMs - since > this.#maxMs;
    return !this.#exhausted;
  }
}
