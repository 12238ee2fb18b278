import type { Login } from './login.ts';

/** Token files and certificates are replaced well before they expire. */
const REFRESH_MS = 30_000;

/** A plugin that hands out dead credentials must not be started for every request. */
const FUTILE_RENEWAL_MS = 30_000;

/** As `Session`: one reading of the configuration. */
export interface LoginSource {
  login(): Promise<Login>;
}

export interface LoginCacheOptions {
  /** Reads the configuration. */
  readonly open: () => Promise<LoginSource>;
  readonly now: () => number;
}

/**
 * The login that requests share. It is looked at again every 30 seconds and when it expires, and is
 * made anew from the configuration when the server refuses it. However many requests wait for one,
 * it is made once.
 */
export class LoginCache {
  readonly #options: LoginCacheOptions;
  #source: LoginSource | undefined;
  #current: { readonly login: Login; readonly untilMs: number } | undefined;
  #pending: Promise<Login> | undefined;
  /** The last login that was made because of a refusal, until the server accepts it. */
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

  /** Another login than the one that was refused; `undefined` if that is of no use. */
  async renew(refused: Login): Promise<Login | undefined> {
    const pending = await this.#pending;
    if (pending !== undefined && pending.id !== refused.id) return pending;
    const { login } = this.#current ?? {};
    if (login !== undefined && login.id !== refused.id) return login;
    if (this.#isFutile(refused)) return undefined;
    return this.#share(async () => this.#reopen());
  }

  /** To be told when the server has let a login in. */
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
      // A file is being replaced at this moment, or so; what was good may still be.
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
    // One that has expired already is the session's affair.
    const untilMs = expiresAtMs <= nowMs ? nowMs : Math.min(refreshAtMs, expiresAtMs);
    this.#current = { login, untilMs };
    return login;
  }

  #hasExpired({ expiresAtMs }: Login): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= this.#options.now();
  }
}
