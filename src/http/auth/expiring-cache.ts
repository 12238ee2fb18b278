export interface Expiring<T> {
  readonly value: T;
  /** Milliseconds since the Unix epoch; missing if it does not say. */
  readonly expiresAtMs: number | undefined;
}

/** Replaced this long before they expire, but not before three quarters of their life. */
const MARGIN_MS = 60_000;

/** A receiver that refuses fresh credentials too must not become a flood at who gives them out. */
const RENEWAL_PAUSE_MS = 30_000;

interface Held<T> extends Expiring<T> {
  readonly replaceAtMs: number;
}

/** Keeps credentials until shortly before they expire; asks for new ones only once at a time. */
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

  /** Rejects as `obtain` does, but not as long as the old ones are still good. */
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

  /** These were refused. Says whether a new try with what `get` gives then makes sense. */
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
