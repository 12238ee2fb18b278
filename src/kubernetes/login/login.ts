import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { type ConnectionOptions, createSecureContext } from 'node:tls';

import type { KubeConfig, User } from '@kubernetes/client-node';

import { AccessError } from '../../http/access-error.ts';
import { describeErrorCode } from '../../http/error-code.ts';
import { findProxy } from '../../http/proxy/proxy.ts';
import { createAgent } from '../../http/transport/create-agent.ts';
import { systemCaReader } from '../../http/transport/system-cas.ts';
import type { PluginCredential } from './exec-plugin.ts';
import type { Target } from './target.ts';

/**
 * Keep-alive time in milliseconds, below the idle timeout of load balancers in front of API servers, which drop
 * connections silently.
 */
const IDLE_CONNECTION_MS = 60_000;

/** Credentials and connection for a request. */
export interface Login {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly agent: Agent;
  /** Identifies certificates, keys and proxy. Agents with the same ID are interchangeable. */
  readonly connectionId: string;
  /** Identifies the whole login. The server cannot distinguish logins with the same ID. */
  readonly id: string;
  readonly expiresAtMs: number | undefined;
}

/** @throws {AccessError} A file cannot be read, or a certificate or key is invalid. */
export async function buildLogin(
  target: Target,
  credential: PluginCredential | undefined,
  newConfig: () => KubeConfig,
): Promise<Login> {
  const user = await resolveUser(target, credential);
  const options = await applyLibrary(target, user, newConfig());
  if (target.cluster.server.startsWith('https:')) options.ca ??= await systemCaReader()();
  const tls = toTls(target, options);
  const agent = await connect(target, tls);
  const headers = toHeaders(target, options);
  const connectionId = digest([
    ...[options.ca, options.cert, options.key].map(String),
    [target.cluster.server, options.servername, options.rejectUnauthorized],
    target.cluster.proxyUrl,
  ]);
  const id = digest([connectionId, headers]);
  return { headers, agent, connectionId, id, expiresAtMs: credential?.expiresAtMs };
}

/** Returns the user, and fills in the fields that the library does not read correctly. */
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

/** The library does not check the type of the value. */
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
    throw new AccessError(`cannot read the token file ${path}${describeErrorCode(error)}`);
  }
  if (token === '') throw new AccessError(`the token file ${path} is empty`);
  return token;
}

async function applyLibrary(
  { cluster, origin }: Target,
  user: User,
  config: KubeConfig,
): Promise<RequestOptions> {
  const options: RequestOptions = {};
  // The library allows plain HTTP only with skipTLSVerify.
  const skipTLSVerify = cluster.skipTLSVerify || cluster.server.startsWith('http:');
  config.loadFromClusterAndUser({ ...cluster, skipTLSVerify }, user);
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const name = user.authProvider ? ', or its auth provider failed' : '';
    throw new AccessError(
      `${origin} references a file that cannot be read${name}${describeErrorCode(error)}`,
    );
  }
  return options;
}

/** Validates the certificates now, because a request would report invalid ones as a connection failure. */
function toTls({ cluster, origin }: Target, options: RequestOptions): ConnectionOptions {
  const { ca, cert, key, servername } = options;
  try {
    const secureContext = createSecureContext({ ca, cert, key });
    // Always set, because NODE_TLS_REJECT_UNAUTHORIZED would replace a missing value.
    const rejectUnauthorized = !cluster.skipTLSVerify;
    return { ca, cert, key, servername, secureContext, rejectUnauthorized };
  } catch (error) {
    throw new AccessError(
      `${origin} has an invalid CA, client certificate or key${describeErrorCode(error)}`,
    );
  }
}

/** The library's own agent would open a connection for each request, and resolve names in threads. */
async function connect({ cluster }: Target, tls: ConnectionOptions): Promise<Agent> {
  const server = new URL(cluster.server);
  const proxy = { url: cluster.proxyUrl ?? '', noProxy: '', connectHeaders: {} };
  const { protocol } = server;
  const tunnel = findProxy(proxy, server);
  const idleMs = IDLE_CONNECTION_MS;
  return createAgent({ protocol, timeoutMs: idleMs, idleMs, tunnel }, tls);
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

/** A hash, so that secrets do not end up in messages or memory dumps. */
function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
