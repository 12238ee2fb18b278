import type { RetryClock } from '../../http/retry-clock.ts';

/** Per second; absent is without limit. */
export interface RateLimits {
  readonly samples?: number;
  /** Of request bodies, compressed. */
  readonly bytes?: number;
}

/**
 * Holds requests back so that a receiver with a quota is not driven into refusing them. A request
 * goes as soon as those before it are paid for: so one may be larger than the limit of a second.
 */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #runtime: Pick<RetryClock, 'sleep' | 'now'>;
  /** When everything sent so far is paid for. */
  #paidAtMs = -Infinity;

  constructor(limits: RateLimits, runtime: Pick<RetryClock, 'sleep' | 'now'>) {
    this.#limits = limits;
    this.#runtime = runtime;
  }

  /** Waits until a request may go. Rejects as soon as the signal aborts. */
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
