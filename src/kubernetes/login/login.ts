import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { createSecureContext } from 'node:tls';

import type { KubeConfig, User } from '@kubernetes/client-node';

import { AccessError } from '../../http/access-error.ts';
import type { PluginCredential } from './exec-plugin.ts';
import { describeCode } from './kubeconfig-file.ts';
import type { Target } from './target.ts';

/**
 * Milliseconds that a connection is kept without a request; below the idle time of the load
 * balancers before API servers, which forget connections without telling.
 */
const IDLE_CONNECTION_MS = 60_000;

/** What a request needs to be let in. */
export interface Login {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly agent: Agent;
  /** Stands for certificates, keys and proxy: agents with the same one are interchangeable. */
  readonly connectionId: string;
  /** Stands for everything: logins with the same one are the same to the server. */
  readonly id: string;
  readonly expiresAtMs: number | undefined;
}

/** @throws {AccessError} A file cannot be read, or a certificate or key is none. */
export async function buildLogin(
  target: Target,
  credential: PluginCredential | undefined,
  newConfig: () => KubeConfig,
): Promise<Login> {
  const user = await resolveUser(target, credential);
  const options = await applyLibrary(target, user, newConfig());
  checkTls(target, options);
  const { agent } = options;
  if (typeof agent !== 'object') throw new AccessError(`${target.origin} needs no connection`);
  // The library leaves it off, which costs a TLS handshake per request.
  Object.assign(agent, { keepAlive: true });
  const headers = toHeaders(target, options);
  const connectionId = digest([
    ...[options.ca, options.cert, options.key].map(String),
    [target.cluster.server, options.servername, options.rejectUnauthorized],
    target.cluster.proxyUrl,
  ]);
  const id = digest([connectionId, headers]);
  return { headers, agent, connectionId, id, expiresAtMs: credential?.expiresAtMs };
}

/** With what the library does not read, or not well, filled in; what it must not use is empty. */
async function resolveUser(
  { user, extras }: Target,
  credential: PluginCredential | undefined,
): Promise<User> {
  const { username, password = '' } = user;
  const base = { ...user, exec: null, ...(username && { password }), token: trim(user.token) };
  if (extras.tokenFile !== undefined) {
    return { ...base, authProvider: null, token: await readToken(extras.tokenFile) };
  }
  return credential === undefined ? base : { ...base, authProvider: null, ...toUser(credential) };
}

function toUser({ token, certificate, key }: PluginCredential): Partial<User> {
  return {
    ...(token && { token }),
    ...(certificate &&
      key && { certFile: '', keyFile: '', certData: encode(certificate), keyData: encode(key) }),
  };
}

/** The library takes from the file whatever is there, a number included. */
function trim(token: unknown): string {
  return typeof token === 'string' ? token.trim() : '';
}

function encode(pem: string): string {
  return Buffer.from(pem).toString('base64');
}

async function readToken(path: string): Promise<string> {
  let token = '';
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new AccessError(`the token file ${path} cannot be read${describeCode(error)}`);
  }
  if (token === '') throw new AccessError(`the token file ${path} is empty`);
  return token;
}

async function applyLibrary(
  { cluster, origin }: Target,
  user: User,
  config: KubeConfig,
): Promise<RequestOptions> {
  const options: RequestOptions = { timeout: IDLE_CONNECTION_MS };
  // The library speaks plain HTTP only where TLS needs no checking; there is none to check.
  const skipTLSVerify = cluster.skipTLSVerify || cluster.server.startsWith('http:');
  config.loadFromClusterAndUser({ ...cluster, skipTLSVerify }, user);
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const name = user.authProvider ? ', or its auth provider failed' : '';
    throw new AccessError(`${origin} refers to what cannot be read${name}${describeCode(error)}`);
  }
  return options;
}

/** Here, because a request would tell of it as if there was no connection. */
function checkTls({ origin }: Target, { ca, cert, key }: RequestOptions): void {
  try {
    createSecureContext({ ca, cert, key });
  } catch (error) {
    throw new AccessError(
      `${origin} has a CA, client certificate or key that cannot be used${describeCode(error)}`,
    );
  }
}

function toHeaders({ extras }: Target, options: RequestOptions): Record<string, string | string[]> {
  const { auth } = options;
  const headers: Record<string, string | string[]> = {};
  if (typeof auth === 'string')
    headers['Authorization'] = `Basic ${Buffer.from(auth).toString('base64')}`;
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === 'string') headers[name] = value;
  }
  if (extras.impersonatedGroups.length > 0) {
    headers['Impersonate-Group'] = [...extras.impersonatedGroups];
  }
  return headers;
}

/** Not the values themselves: they would lie around in memory dumps and messages. */
function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
