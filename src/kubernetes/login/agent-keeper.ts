import type { Agent } from 'node:http';

import type { Login } from './login.ts';

/** Keeps the connections of one agent as long as logins use the same kind of connection. */
export class AgentKeeper {
  #kept: Pick<Login, 'agent' | 'connectionId'> | undefined;

  /** Returns the login with the agent to use. */
  keep(login: Login): Login {
    if (this.#kept?.connectionId === login.connectionId) {
      return { ...login, agent: this.#kept.agent };
    }
    if (this.#kept !== undefined) retire(this.#kept.agent);
    this.#kept = login;
    return login;
  }

  closeIdle(): void {
    if (this.#kept !== undefined) closeIdle(this.#kept.agent);
  }
}

/** Does not use `destroy()`, which would abort responses that are being read. */
function retire(agent: Agent): void {
  Object.assign(agent, { maxFreeSockets: 0 });
  closeIdle(agent);
}

function closeIdle(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}
