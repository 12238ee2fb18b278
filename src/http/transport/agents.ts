import http from 'node:http';
import https from 'node:https';
import type { ConnectionOptions } from 'node:tls';

import type { Proxy } from '../proxy/proxy.ts';
import { retireAgent } from './close-connections.ts';

export interface AgentsOptions {
  /** Protocol of the target: `http:` or `https:`. */
  readonly protocol: string;
  readonly maxSockets: number;
  /** Whether connections are reused. Default: true. */
  readonly keepAlive?: boolean;
  readonly timeoutMs: number;
  /** Proxy to open a tunnel through. */
  readonly tunnel: Proxy | undefined;
}

/** Reuses connections as long as the TLS settings do not change. */
export class Agents {
  readonly #options: AgentsOptions;
  #current: { readonly tls: ConnectionOptions; readonly agent: Promise<http.Agent> } | undefined;

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  async get(tls: ConnectionOptions): Promise<http.Agent> {
    if (this.#current?.tls !== tls) {
      const before = this.#current;
      this.#current = { tls, agent: this.#create(tls) };
      if (before !== undefined) retireAgent(await before.agent);
    }
    return this.#current.agent;
  }

  async #create(tls: ConnectionOptions): Promise<http.Agent> {
    const { protocol, maxSockets, keepAlive = true, timeoutMs, tunnel } = this.#options;
    const options = { keepAlive, maxSockets };
    if (tunnel !== undefined) {
      const { HttpsProxyAgent } = await import('hpagent');
      return new HttpsProxyAgent({
        ...options,
        ...tls,
        // Otherwise an unresponsive proxy would keep its connection indefinitely.
        timeout: timeoutMs,
        proxy: tunnel.url,
        proxyRequestOptions: { ...proxyTls(tls), headers: tunnel.connectHeaders },
      });
    }
    return protocol === 'https:'
      ? new https.Agent({ ...options, ...tls })
      : new http.Agent(options);
  }
}

/** A connection to a proxy over TLS uses the receiver's settings except for the server name, as in Prometheus. */
function proxyTls({ ca, rejectUnauthorized }: ConnectionOptions): object {
  return {
    ...(ca !== undefined && { ca }),
    ...(rejectUnauthorized === false && { rejectUnauthorized }),
  };
}
