import type { KubeConfig } from '@kubernetes/client-node';

import { abortable } from '../../http/abortable.ts';
import { AccessError } from '../../http/access-error.ts';
import type { ApiAnswer, ApiRequest, ClusterAccess } from '../cluster-access.ts';
import { AgentKeeper } from './agent-keeper.ts';
import { parseAddress } from './cluster-address.ts';
import { type ConfigPlace, findPlace, type PlaceOptions } from './config-place.ts';
import { LoginCache, type LoginSource } from './login-cache.ts';
import type { Login } from './login.ts';
import { Session } from './session.ts';
import { loadTarget, type Target } from './target.ts';
import { createTransport, type Transport } from './transport.ts';

export interface KubeconfigAccessOptions extends PlaceOptions {
  /** `<name>/<version>`. */
  readonly userAgent: string;
  /** Milliseconds since the Unix epoch, for tests. */
  readonly now?: () => number;
  /** Timeout for an exec plugin or an OIDC provider, in milliseconds. Default: 30 seconds. */
  readonly loginTimeoutMs?: number;
}

/**
 * Connects to a cluster like kubectl, or with the service account of a pod. Authenticates once before it
 * resolves, so that configuration errors surface here.
 *
 * @throws {AccessError} Nothing is configured, or authentication failed.
 */
export async function createKubeconfigAccess(
  options: KubeconfigAccessOptions,
  signal: AbortSignal,
): Promise<ClusterAccess> {
  const place = await findPlace(options);
  // The library's main module has a client for each kind of object and takes four times as long to load.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  function newConfig(): KubeConfig {
    return new KubeConfig();
  }

  const target = await loadTarget(place, newConfig);
  const address = parseAddress(target.cluster);
  const { now = Date.now, loginTimeoutMs: timeoutMs } = options;
  const agents = new AgentKeeper();
  const stop = new Stop();

  let isNew = true;
  async function open(): Promise<LoginSource> {
    const latest = isNew ? target : await loadTarget(pin(place, target), newConfig);
    isNew = false;
    refuseOtherServer(target, latest);
    const session = new Session(latest, { newConfig, now, timeoutMs, stop });
    return { login: async () => agents.keep(await session.login()) };
  }

  function close(): void {
    stop.now();
    agents.closeIdle();
  }

  const logins = new LoginCache({ open, now });
  await abortable(logins.get(), signal).catch((error: unknown) => {
    close();
    throw error;
  });
  const send = createTransport({ ...address, userAgent: options.userAgent });
  return {
    server: address.baseUrl,
    origin: target.origin,
    request: async (request) => sendLoggedIn(request, logins, send),
    close,
  };
}

/** Aborts running logins, but not later ones. */
class Stop {
  #controller = new AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  now(): void {
    this.#controller.abort();
    this.#controller = new AbortController();
  }
}

/** A changed current context in the file must not switch to another cluster. */
function pin(place: ConfigPlace, { context }: Target): ConfigPlace {
  return place.kind === 'kubeconfig' ? { ...place, context } : place;
}

/** Prevents sending another server's credentials to this one. */
function refuseOtherServer({ cluster, origin }: Target, latest: Target): void {
  if (latest.cluster.server === cluster.server) return;
  const { baseUrl } = parseAddress(cluster);
  throw new AccessError(`${origin} no longer refers to ${baseUrl}; restart to use the new server`);
}

async function sendLoggedIn(
  request: ApiRequest,
  logins: LoginCache,
  send: Transport,
): Promise<ApiAnswer> {
  const { signal } = request;
  const login = await abortable(logins.get(), signal);
  const answer = await send(request, login);
  if (answer.status !== 401) return accept(answer, login, logins);
  const renewed = await abortable(logins.renew(login), signal).catch((error: unknown) => {
    answer.body.destroy();
    throw error;
  });
  if (renewed === undefined) return answer;
  answer.body.destroy();
  const second = await send(request, renewed);
  return second.status === 401 ? second : accept(second, renewed, logins);
}

function accept(answer: ApiAnswer, login: Login, logins: LoginCache): ApiAnswer {
  logins.accept(login);
  return answer;
}
