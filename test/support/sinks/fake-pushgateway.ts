import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';

import { closeServer, listen } from '../network/listen.ts';

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** The bytes as text. */
  readonly body: string;
}

export type FakeAnswer = readonly [status: number, body?: string];

export interface FakePushgateway {
  /** Includes the port. */
  readonly host: string;
  readonly received: readonly ReceivedRequest[];
  stop(): Promise<void>;
}

/** Starts a server that gives these answers and repeats the last one. Without answers, it answers 200. */
export async function startFakePushgateway(
  ...answers: readonly FakeAnswer[]
): Promise<FakePushgateway> {
  const received: ReceivedRequest[] = [];
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await buffer(request);
    const [status, text = ''] = answers[received.length] ?? answers.at(-1) ?? [200];
    const { method, url, headers } = request;
    received.push({ method, url, headers, bytes, body: bytes.toString() });
    response.writeHead(status).end(text);
  }
  const server = createServer((request, response) => void receive(request, response));
  const port = await listen(server);
  return {
    host: `127.0.0.1:${port}`,
    received,
    stop: async () => closeServer(server),
  };
}
