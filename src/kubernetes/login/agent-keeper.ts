import { closeIdleConnections, retireAgent } from '../../http/transport/close-connections.ts';
import type { Login } from './login.ts';

/** Reuses one agent and its open connections as long as logins need the same kind of connection. */
export class AgentKeeper {
  #kept: Pick<Login, 'agent' | 'connectionId'> | undefined;

  /** Returns the login with the agent to use. */
  keep(login: Login): Login {
    if (this.#kept?.connectionId === login.connectionId) {
      return { ...login, agent: this.#kept.agent };
    }
    if (this.#kept !== undefined) retireAgent(this.#kept.agent);
    this.#kept = login;
    return login;
  }

  closeIdle(): void {
    if (this.#kept !== undefined) closeIdleConnections(this.#kept.agent);
  }
}
