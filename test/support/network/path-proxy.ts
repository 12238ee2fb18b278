import { createServer, type ServerResponse } from 'node:http';

import { closeServer, listen } from './listen.ts';

export interface PathProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves several servers below one origin, each at its path prefix, like Rancher serves clusters. */
export async function startPathProxy(
  targets: Readonly<Record<string, string>>,
): Promise<PathProxy> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const found = Object.entries(targets).find(([prefix]) => path.startsWith(`${prefix}/`));
    if (found === undefined) {
      response.writeHead(404).end();
      return;
    }
    const [prefix, target] = found;
    forward(`${target}${path.slice(prefix.length)}`, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => closeServer(server),
  };
}

async function forward(url: string, response: ServerResponse): Promise<void> {
  const answer = await fetch(url);
  response.writeHead(answer.status, { 'Content-Type': 'application/json' });
  response.end(await answer.text());
}
