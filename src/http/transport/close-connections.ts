import type { Agent } from 'node:http';

/** Closes the connections that are not in use. `destroy()` would also abort running requests. */
export function closeIdleConnections(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

/** Closes each connection of an agent as soon as its request ends. */
export function retireAgent(agent: Agent): void {
  Object.assign(agent, { maxFreeSockets: 0 });
  closeIdleConnections(agent);
}
