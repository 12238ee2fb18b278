import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import { gzipSync } from 'node:zlib';

import { type ForwardProxy, startForwardProxy } from '../network/forward-proxy.ts';
import {
  type RecordedRequest,
  type RecordingServer,
  startRecordingServer,
} from '../network/recording-server.ts';

export interface AccessServer extends RecordingServer {
  /** Accepted values of `Authorization`. If empty, all are accepted. */
  readonly accepted: Set<string>;
}

/** A minimal API server that only checks the `Authorization` header. */
export async function startAccessServer(tls: ServerOptions | undefined): Promise<AccessServer> {
  const accepted = new Set<string>();
  const server = await startRecordingServer({
    ...(tls !== undefined && { tls }),
    respond: (request, response) => respond(request, response, accepted),
  });
  return { ...server, accepted };
}

const answerHeaders = { 'content-encoding': 'gzip', 'retry-after': '7' };

function respond(
  { url, headers }: RecordedRequest,
  response: ServerResponse,
  accepted: ReadonlySet<string>,
): void {
  const body = gzipSync(JSON.stringify({ url, random: randomBytes(100_000).toString('hex') }));
  if (url === '/silent') return;
  if (url === '/endless') response.writeHead(200).write('{"begin":');
  else if (url === '/broken') {
    response.writeHead(200, answerHeaders).write(body.subarray(0, 50_000));
    setTimeout(() => response.destroy(), 50);
  } else {
    const isAccepted = accepted.size === 0 || accepted.has(headers.authorization ?? '');
    response.writeHead(isAccepted ? 200 : 401, answerHeaders).end(body);
  }
}

/** A proxy with a password in its URL. */
export async function startConnectProxy(status = 200): Promise<ForwardProxy> {
  const proxy = await startForwardProxy({ status });
  return { ...proxy, url: proxy.url.replace('//', '//user:secret-of-proxy@') };
}
