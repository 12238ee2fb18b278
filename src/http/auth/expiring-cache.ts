export interface Expiring<T> {
  readonly value: T;
  /** Milliseconds since the Unix epoch. Absent if unknown. */
  readonly expiresAtMs: number | undefined;
}

/** Credentials are renewed this long before they expire, but not in the first three quarters of their lifetime. */
const MARGIN_MS = 60_000;

/** Rate-limits renewals, so that a receiver rejecting fresh tokens does not make us hammer the token server. */
const RENEWAL_PAUSE_MS = 30_000;

interface Held<T> extends Expiring<T> {
  readonly replaceAtMs: number;
}

/** Caches credentials until shortly before they expire. Requests new ones only once at a time. */
export class ExpiringCache<T> {
  readonly #obtain: () => Promise<Expiring<T>>;
  readonly #now: () => number;
  #held: Held<T> | undefined;
  #pending: Promise<T> | undefined;
  #renewedAtMs = -Infinity;

  constructor(obtain: () => Promise<Expiring<T>>, now: () => number = Date.now) {
    this.#obtain = obtain;
    this.#now = now;
  }

  /** Rejects like `obtain`, unless the old credentials are still valid. */
  async get(): Promise<T> {
    const held = this.#held;
    if (held !== undefined && this.#now() < held.replaceAtMs) return held.value;
    this.#pending ??= this.#replace().finally(() => (this.#pending = undefined));
    try {
      return await this.#pending;
    } catch (error) {
      if (held !== undefined && this.#now() < (held.expiresAtMs ?? -Infinity)) return held.value;
      throw error;
    }
  }

  /** Reports rejected credentials. Returns whether a retry with the result of `get` makes sense. */
  renew(refused: T): boolean {
    if (this.#held !== undefined && this.#held.value !== refused) return true;
    if (this.#now() - this.#renewedAtMs < RENEWAL_PAUSE_MS) return false;
    this.#renewedAtMs = this.#now();
    this.#held = undefined;
    return true;
  }

  async #replace(): Promise<T> {
    const obtainedAtMs = this.#now();
    const { value, expiresAtMs } = await this.#obtain();
    const lifeMs = (expiresAtMs ?? Infinity) - obtainedAtMs;
    const replaceAtMs = obtainedAtMs + Math.max(lifeMs - MARGIN_MS, lifeMs * 0.75);
    this.#held = { value, expiresAtMs, replaceAtMs };
    return value;
  }
}
