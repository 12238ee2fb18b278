import type http from 'node:http';
import type { ConnectionOptions } from 'node:tls';

import { retireAgent } from './close-connections.ts';
import { type AgentOptions, createAgent } from './create-agent.ts';

/** Reuses connections as long as the TLS settings do not change. */
export class Agents {
  readonly #options: AgentOptions;
  #current: { readonly tls: ConnectionOptions; readonly agent: Promise<http.Agent> } | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  async get(tls: ConnectionOptions): Promise<http.Agent> {
    if (this.#current?.tls !== tls) {
      const before = this.#current;
      this.#current = { tls, agent: createAgent(this.#options, tls) };
      if (before !== undefined) retireAgent(await before.agent);
    }
    return this.#current.agent;
  }
}
