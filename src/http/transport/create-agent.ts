import http from 'node:http';
import https from 'node:https';
import type { ConnectionOptions } from 'node:tls';

import type { Proxy } from '../proxy/proxy.ts';
import { socketOptions } from './socket-options.ts';

export interface AgentOptions {
  /** Protocol of the target: `http:` or `https:`. */
  readonly protocol: string;
  /** Default: no limit. */
  readonly maxSockets?: number;
  /** Whether connections are reused. Default: true. */
  readonly keepAlive?: boolean;
  /** How long a proxy may take to open a tunnel, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a direct connection may be idle, in milliseconds. Default: no limit. */
  readonly idleMs?: number;
  /** Proxy to open a tunnel through. */
  readonly tunnel: Proxy | undefined;
}

/** Creates the connections of one client, all with the same settings. */
export async function createAgent(
  options: AgentOptions,
  tls: ConnectionOptions,
): Promise<http.Agent> {
  const { protocol, maxSockets = Infinity, keepAlive = true, idleMs, tunnel } = options;
  const settings = { ...socketOptions, keepAlive, maxSockets };
  if (tunnel !== undefined) return createTunnelAgent({ ...options, ...settings, tunnel }, tls);
  const direct = { ...settings, ...(idleMs !== undefined && { timeout: idleMs }) };
  return protocol === 'https:' ? new https.Agent({ ...direct, ...tls }) : new http.Agent(direct);
}

async function createTunnelAgent(
  { protocol, timeoutMs, tunnel, keepAlive = true, maxSockets = Infinity }: TunnelOptions,
  tls: ConnectionOptions,
): Promise<http.Agent> {
  // Otherwise an unresponsive proxy would keep its connection indefinitely.
  const settings = { ...tls, keepAlive, maxSockets, timeout: timeoutMs };
  if (tunnel.url.protocol.startsWith('socks')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return new SocksProxyAgent(resolvedByProxy(tunnel.url), { ...settings, socketOptions });
  }
  const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent');
  const Agent = protocol === 'https:' ? HttpsProxyAgent : HttpProxyAgent;
  return new Agent({
    ...settings,
    proxy: tunnel.url,
    proxyRequestOptions: { ...socketOptions, ...proxyTls(tls), headers: tunnel.connectHeaders },
  });
}

interface TunnelOptions extends AgentOptions {
  readonly tunnel: Proxy;
}

/**
 * Like Prometheus, lets the proxy resolve the host name. In the library, `socks5` would mean that this
 * process resolves it.
 */
function resolvedByProxy(url: URL): string {
  return url.href.replace(/^socks5:/, 'socks5h:');
}

/**
 * A connection to a proxy over TLS uses the TLS settings of the receiver, as in Prometheus, but the
 * proxy's own server name.
 */
function proxyTls({ ca, rejectUnauthorized }: ConnectionOptions): object {
  return { ...(ca !== undefined && { ca }), rejectUnauthorized };
}
