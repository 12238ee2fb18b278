import type { RetryClock } from '../../http/retry-clock.ts';

/** Limits per second. Absent means unlimited. */
export interface RateLimits {
  readonly samples?: number;
  /** Compressed size of request bodies. */
  readonly bytes?: number;
}

/**
 * Delays requests to stay within the quota of a receiver. A request may start as soon as the previous ones
 * are within the limit, so a single request can be larger than the limit per second.
 */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #runtime: Pick<RetryClock, 'sleep' | 'now'>;
  /** Time at which everything sent so far is within the limit. */
  #paidAtMs = -Infinity;

  constructor(limits: RateLimits, runtime: Pick<RetryClock, 'sleep' | 'now'>) {
    this.#limits = limits;
    this.#runtime = runtime;
  }

  /** Waits until a request may start. Rejects if the signal aborts. */
  async acquire(samples: number, bytes: number, signal: AbortSignal): Promise<void> {
    const costMs = Math.max(
      this.#limits.samples === undefined ? 0 : (samples / this.#limits.samples) * 1000,
      this.#limits.bytes === undefined ? 0 : (bytes / this.#limits.bytes) * 1000,
    );
    if (costMs === 0) return;
    const nowMs = this.#runtime.now();
    const startMs = Math.max(this.#paidAtMs, nowMs);
    this.#paidAtMs = startMs + costMs;
    if (startMs > nowMs) await this.#runtime.sleep(startMs - nowMs, signal);
  }
}
