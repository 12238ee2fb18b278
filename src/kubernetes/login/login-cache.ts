import type { Login } from './login.ts';

/** Time after which token files and certificates are read again. They are replaced well before they expire. */
const REFRESH_MS = 30_000;

/** Minimum time between two runs of a plugin whose credentials are rejected. */
const FUTILE_RENEWAL_MS = 30_000;

/** One version of the configuration, see `Session`. */
export interface LoginSource {
  login(): Promise<Login>;
}

export interface LoginCacheOptions {
  /** Reads the configuration. */
  readonly open: () => Promise<LoginSource>;
  readonly now: () => number;
}

/**
 * Caches the login that all requests share. Refreshes it every 30 seconds and when it expires, and recreates it
 * from the configuration when the server rejects it. Concurrent requests share one refresh.
 *
 * Unlike `ExpiringCache`, it must notice changed files of a login that never expires, and must not retry with a
 * login that the server cannot distinguish from the rejected one.
 */
export class LoginCache {
  readonly #options: LoginCacheOptions;
  #source: LoginSource | undefined;
  #current: { readonly login: Login; readonly untilMs: number } | undefined;
  #pending: Promise<Login> | undefined;
  /** The last login made after a rejection, until the server accepts it. */
  #unproven: { readonly id: string; readonly madeAtMs: number } | undefined;

  constructor(options: LoginCacheOptions) {
    this.#options = options;
  }

  async get(): Promise<Login> {
    if (this.#current !== undefined && this.#options.now() < this.#current.untilMs) {
      return this.#current.login;
    }
    return this.#share(async () => this.#refresh());
  }

  /** Returns a login other than the rejected one, or undefined if a new one would not help. */
  async renew(refused: Login): Promise<Login | undefined> {
    const pending = await this.#pending;
    if (pending !== undefined && pending.id !== refused.id) return pending;
    const { login } = this.#current ?? {};
    if (login !== undefined && login.id !== refused.id) return login;
    if (this.#isFutile(refused)) return undefined;
    return this.#share(async () => this.#reopen());
  }

  /** Records that the server has accepted a login. */
  accept(login: Login): void {
    if (this.#unproven?.id === login.id) this.#unproven = undefined;
  }

  #isFutile(refused: Login): boolean {
    const unproven = this.#unproven;
    if (unproven?.id !== refused.id) return false;
    return this.#options.now() - unproven.madeAtMs < FUTILE_RENEWAL_MS;
  }

  async #share(make: () => Promise<Login>): Promise<Login> {
    this.#pending ??= make().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #refresh(): Promise<Login> {
    try {
      this.#source ??= await this.#options.open();
      return this.#keep(await this.#source.login());
    } catch (error) {
      const { login } = this.#current ?? {};
      if (login === undefined || this.#hasExpired(login)) throw error;
      // A file may be in the middle of being replaced. The old login may still be valid.
      return this.#keep(login);
    }
  }

  async #reopen(): Promise<Login> {
    const source = await this.#options.open();
    const login = this.#keep(await source.login());
    this.#source = source;
    this.#unproven = { id: login.id, madeAtMs: this.#options.now() };
    return login;
  }

  #keep(login: Login): Login {
    const nowMs = this.#options.now();
    const refreshAtMs = nowMs + REFRESH_MS;
    const { expiresAtMs = refreshAtMs } = login;
    // The session handles logins that are already expired.
    const untilMs = expiresAtMs <= nowMs ? nowMs : Math.min(refreshAtMs, expiresAtMs);
    this.#current = { login, untilMs };
    return login;
  }

  #hasExpired({ expiresAtMs }: Login): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= this.#options.now();
  }
}
