import { type IncomingMessage, request as forward, type ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

import { type RecordingServer, startRecordingServer } from './recording-server.ts';

export interface ForwardProxy extends RecordingServer {
  /** Targets and headers of CONNECT requests. */
  readonly tunnels: { readonly target: string; readonly headers: IncomingMessage['headers'] }[];
  /** URLs and headers of plain requests. */
  readonly forwarded: { readonly url: string; readonly headers: IncomingMessage['headers'] }[];
}

export interface ForwardProxyOptions {
  readonly tls?: ServerOptions;
  /** Status of every answer. 200 opens the tunnel or passes the request on, 0 never answers. Default: 200. */
  readonly status?: number;
}

/** A forward proxy that resolves every host to 127.0.0.1. */
export async function startForwardProxy({
  tls,
  status = 200,
}: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const recorder = await startRecordingServer(tls === undefined ? {} : { tls });
  const { server } = recorder;
  const tunnels: ForwardProxy['tunnels'] = [];
  const forwarded: ForwardProxy['forwarded'] = [];
  const sockets = new Set<Duplex>();
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    const target = request.url ?? '';
    tunnels.push({ target, headers: request.headers });
    sockets.add(socket);
    if (status === 0) socket.resume().on('end', () => socket.end());
    else socket.write(`HTTP/1.1 ${status} Answer\r\n\r\n`);
    if (status === 200) sockets.add(join(socket, target));
  });
  server.removeAllListeners('request');
  server.on('request', (message, response) => {
    const { url = '', headers } = message;
    forwarded.push({ url, headers });
    if (status === 200) passOn(message, response);
    else if (status > 0) response.writeHead(status).end();
  });
  return {
    ...recorder,
    tunnels,
    forwarded,
    async close() {
      for (const socket of sockets) socket.destroy();
      await recorder.close();
    },
  };
}

function join(socket: Duplex, target: string): Duplex {
  const upstream = connect(Number(target.split(':')[1]), '127.0.0.1');
  for (const end of [socket, upstream]) end.on('error', () => end.destroy());
  upstream.pipe(socket).pipe(upstream);
  return upstream;
}

function passOn(message: IncomingMessage, response: ServerResponse): void {
  const { url = '', method, headers } = message;
  const { port, pathname, search } = new URL(url);
  const options = { host: '127.0.0.1', port, method, headers, path: pathname + search };
  const upstream = forward(options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  upstream.on('error', () => response.destroy());
  message.pipe(upstream);
}
