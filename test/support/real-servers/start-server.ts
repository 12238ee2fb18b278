import { setTimeout as sleep } from 'node:timers/promises';

import { type ServerCommand, type ServerProcess, spawnServer } from './server-process.ts';

const READY_MS = 30_000;
const POLL_MS = 50;
const HTTP_MS = 2_000;

export interface RunningServer extends ServerProcess {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
}

export interface HttpServerCommand extends ServerCommand {
  /**
   * Pattern that finds the port in the server's log as its first group. Every server listens on port
   * 0, because another process could take a port that was chosen beforehand.
   */
  readonly portInLog: RegExp;
  /** Path that answers 200 once the server accepts data. */
  readonly readyPath: string;
}

export async function startServer(command: HttpServerCommand): Promise<RunningServer> {
  const server = await spawnServer(command);
  try {
    const url = await readyUrl(server, command);
    return { ...server, url };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function readyUrl(server: ServerProcess, command: HttpServerCommand): Promise<string> {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    const port = command.portInLog.exec(server.log())?.[1];
    const url = `http://127.0.0.1:${port}`;
    if (port !== undefined && (await answersOk(url + command.readyPath))) return url;
    if (server.hasExited()) {
      throw new Error(`${command.name} ended before it was ready; it said: ${server.log()}`);
    }
    await sleep(POLL_MS);
  }
  throw new Error(`${command.name} was not ready in ${READY_MS} ms; it said: ${server.log()}`);
}

async function answersOk(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(HTTP_MS) }).then(
    async (response) => {
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
}
