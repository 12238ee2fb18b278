import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

export interface SeenRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface AccessServer {
  readonly url: string;
  readonly port: number;
  readonly requests: SeenRequest[];
  /** TCP connections so far. */
  readonly connections: () => number;
  /** Authorizations that are let in; everything if empty. */
  readonly accepted: Set<string>;
  readonly close: () => Promise<void>;
}

/** Answers like an API server that knows who may come in, and nothing else. */
export async function startAccessServer(tls: ServerOptions | undefined): Promise<AccessServer> {
  const requests: SeenRequest[] = [];
  const accepted = new Set<string>();
  const sockets = new Set<Duplex>();
  const server: Server = tls === undefined ? createHttpServer() : createServer(tls);
  server.on('request', (request, response) => {
    void respond({ requests, accepted }, request, response);
  });
  server.on('connection', (socket: Duplex) => sockets.add(socket));
  const port = await listen(server);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => sockets.size,
    accepted,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const answerHeaders = { 'content-encoding': 'gzip', 'retry-after': '7' };

async function respond(
  { requests, accepted }: Pick<AccessServer, 'requests' | 'accepted'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url = '', method = '', headers } = request;
  requests.push({ url, method, headers, body: await text(request) });
  const body = gzipSync(JSON.stringify({ url, random: randomBytes(100_000).toString('hex') }));
  if (url === '/silent') return;
  if (url === '/endless') response.writeHead(200).write('{"begin":');
  else if (url === '/broken') {
    response.writeHead(200, answerHeaders).write(body.subarray(0, 50_000));
    setTimeout(() => response.destroy(), 50);
  } else {
    const isLetIn = accepted.size === 0 || accepted.has(headers.authorization ?? '');
    response.writeHead(isLetIn ? 200 : 401, answerHeaders).end(body);
  }
}

export interface ConnectProxy {
  readonly url: string;
  /** Targets that were asked for, with the authorization that came with it. */
  readonly tunnels: { readonly target: string; readonly authorization: string | undefined }[];
  readonly close: () => Promise<void>;
}

/** An HTTP proxy that knows nothing but `CONNECT`. */
export async function startConnectProxy(status = 200): Promise<ConnectProxy> {
  const tunnels: ConnectProxy['tunnels'] = [];
  const sockets = new Set<Duplex>();
  const server = createHttpServer();
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    const target = request.url ?? '';
    tunnels.push({ target, authorization: request.headers['proxy-authorization'] });
    sockets.add(socket);
    socket.write(`HTTP/1.1 ${status} Answer\r\n\r\n`);
    if (status !== 200) return;
    const upstream = connect(Number(target.split(':')[1]), '127.0.0.1');
    sockets.add(upstream);
    for (const end of [socket, upstream]) end.on('error', () => end.destroy());
    upstream.pipe(socket).pipe(upstream);
  });
  const port = await listen(server);
  return {
    url: `http://user:secret-of-proxy@127.0.0.1:${port}`,
    tunnels,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('listens on no port');
  return address.port;
}
