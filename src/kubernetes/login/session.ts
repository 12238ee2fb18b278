import type { KubeConfig } from '@kubernetes/client-node';

import { AccessError } from '../../http/access-error.ts';
import { ExecPlugin, type PluginCredential, runPlugin } from './exec-plugin.ts';
import { buildLogin, type Login } from './login.ts';
import type { Target } from './target.ts';
import { within } from './within.ts';

/** Time limit for exec plugins. Interactive logins are not possible in a cluster. */
const LOGIN_TIMEOUT_MS = 30_000;

/**
 * Minimum lifetime of a credential, whatever its expiry. With a wrong clock, the plugin would otherwise run for
 * every request.
 */
const MIN_LIFETIME_MS = 1000;

export interface SessionOptions {
  readonly newConfig: () => KubeConfig;
  readonly now: () => number;
  readonly timeoutMs?: number | undefined;
  /** Aborts a running login. */
  readonly stop: { readonly signal: AbortSignal };
}

/**
 * Authenticates with one version of the configuration. Each login reads the files again, but runs a plugin
 * only if its last credential has expired.
 */
export class Session {
  readonly #target: Target;
  readonly #options: SessionOptions;
  readonly #plugin: ExecPlugin | undefined;
  #credential: { readonly value: PluginCredential; readonly untilMs: number } | undefined;

  /** @throws {AccessError} */
  constructor(target: Target, options: SessionOptions) {
    this.#target = target;
    this.#options = options;
    this.#plugin = findPlugin(target);
  }

  /** @throws {AccessError} */
  async login(): Promise<Login> {
    const credential = this.#plugin && (await this.#runPlugin(this.#plugin));
    const login = buildLogin(this.#target, credential, this.#options.newConfig);
    // The library has no timeout for requests to an OIDC provider.
    return within(login, this.#options.timeoutMs ?? LOGIN_TIMEOUT_MS);
  }

  async #runPlugin(plugin: ExecPlugin): Promise<PluginCredential> {
    const { now, stop, timeoutMs = LOGIN_TIMEOUT_MS } = this.#options;
    if (this.#credential !== undefined && now() < this.#credential.untilMs) {
      return this.#credential.value;
    }
    const cluster = describeCluster(this.#target);
    const value = await runPlugin(plugin, { cluster, signal: stop.signal, timeoutMs });
    const untilMs = Math.max(value.expiresAtMs ?? Infinity, now() + MIN_LIFETIME_MS);
    this.#credential = { value, untilMs };
    return value;
  }
}

function findPlugin({ user, extras, origin }: Target): ExecPlugin | undefined {
  const exec: unknown = user.exec;
  if (exec === undefined || exec === null || extras.tokenFile !== undefined) return undefined;
  const { data } = ExecPlugin.safeParse(exec);
  if (data === undefined) throw new AccessError(`the exec plugin of ${origin} has no command`);
  return { ...data, command: extras.command ?? data.command };
}

function describeCluster({ cluster }: Target): Record<string, unknown> {
  return {
    server: cluster.server,
    'certificate-authority-data': cluster.caData,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.skipTLSVerify,
    'proxy-url': cluster.proxyUrl,
  };
}
