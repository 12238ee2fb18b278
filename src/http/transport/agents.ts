import http from 'node:http';
import https from 'node:https';
import type { ConnectionOptions } from 'node:tls';

import type { Proxy } from '../proxy/proxy.ts';

export interface AgentsOptions {
  /** `http:` or `https:`: how what is at the other end of the connection is spoken to. */
  readonly protocol: string;
  readonly maxSockets: number;
  /** Whether connections stay open for the next request; they do if left out. */
  readonly keepAlive?: boolean;
  readonly timeoutMs: number;
  /** Proxy that is asked for a tunnel. */
  readonly tunnel: Proxy | undefined;
}

/** Keeps connections for as long as the TLS settings they were made with are the current ones. */
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
      if (before !== undefined) retire(await before.agent);
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
        // Without it, a proxy that says nothing would hold its connection for ever.
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

/** A proxy over TLS is trusted like the receiver, as Prometheus does, but has its own name. */
function proxyTls({ ca, rejectUnauthorized }: ConnectionOptions): object {
  return {
    ...(ca !== undefined && { ca }),
    ...(rejectUnauthorized === false && { rejectUnauthorized }),
  };
}

/** Not `destroy()`, which would break off the requests that are under way. */
function retire(agent: http.Agent): void {
  Object.assign(agent, { maxFreeSockets: 0 });
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}
