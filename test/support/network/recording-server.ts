import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';

import { afterEach } from 'vitest';

import { listen } from './listen.ts';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly headersDistinct: IncomingMessage['headersDistinct'];
  readonly body: Buffer;
  /** Common name of the client certificate. */
  readonly clientName: string | undefined;
  /** SNI. */
  readonly serverName: string | undefined;
}

export interface RecordedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly statusText?: string;
}

export interface RecordingServer {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly RecordedRequest[];
  /** Number of connections since the start. */
  readonly connections: () => number;
  readonly server: Server;
  readonly close: () => Promise<void>;
}

export interface RecordingOptions {
  readonly tls?: ServerOptions;
  readonly answer?: (request: RecordedRequest) => RecordedAnswer;
  /** Replaces `answer`, and may leave the request unanswered. */
  readonly respond?: (request: RecordedRequest, response: ServerResponse) => void;
}

/** An HTTP server that records requests, with configurable responses. */
export async function startRecordingServer({
  tls,
  answer = () => ({ status: 204 }),
  respond = (request, response) => sendAnswer(answer(request), response),
}: RecordingOptions = {}): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Duplex>();
  const server: Server = tls === undefined ? createHttpServer() : createServer(tls);
  server.on('connection', (socket: Duplex) => sockets.add(socket));
  async function receive(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await record(message);
    requests.push(request);
    respond(request, response);
  }
  server.on('request', (message, response) => void receive(message, response));
  const port = await listen(server);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => sockets.size,
    server,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export type StartRecording = (options?: RecordingOptions) => Promise<RecordingServer>;

/** Returns a function that starts servers, which are closed after each test. */
export function useRecordingServers(): StartRecording {
  const started: RecordingServer[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map(async (server) => server.close()));
  });
  return async (options) => {
    const server = await startRecordingServer(options);
    started.push(server);
    return server;
  };
}

function sendAnswer(
  { status, headers = {}, body = '', statusText }: RecordedAnswer,
  response: ServerResponse,
): void {
  if (statusText === undefined) response.writeHead(status, headers);
  else response.writeHead(status, statusText, headers);
  response.end(body);
}

async function record(message: IncomingMessage): Promise<RecordedRequest> {
  const { method = '', url = '', headers, headersDistinct, socket } = message;
  const tls = socket instanceof TLSSocket ? socket : undefined;
  const [clientName] = [tls?.getPeerCertificate().subject?.CN].flat();
  const serverName = typeof tls?.servername === 'string' ? tls.servername : undefined;
  const body = await buffer(message);
  return { method, url, headers, headersDistinct, body, clientName, serverName };
}
