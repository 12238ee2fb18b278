import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlowServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** An HTTP server in a process of its own, so that it can be stopped. Answers 204. */
const script = `
  const server = require('node:http').createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end());
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
`;

/** Attempts to connect that fill the backlog. The kernel drops the next ones. */
const BACKLOG = 4;

/**
 * A server that drops the first packet of the next connection, like a network with losses. Linux sends it again after
 * a second, when the server has room for it.
 */
export async function startSlowServer(): Promise<SlowServer> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = Number(await firstLine(child.stdout));
  child.kill('SIGSTOP');
  const others = Array.from({ length: BACKLOG }, () =>
    connect(port, '127.0.0.1').on('error', ignore),
  );
  await sleep(50);
  setTimeout(() => child.kill('SIGCONT'), 500);
  return {
    port,
    async close() {
      for (const other of others) closeNow(other);
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

async function firstLine(stream: Readable): Promise<string> {
  return new Promise((resolve) => {
    stream.once('data', (line: Buffer) => resolve(line.toString()));
  });
}

function closeNow(socket: Socket): void {
  socket.destroy();
}

function ignore(): void {
  // The server ends before its connections.
}
