import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { findProtocol } from '../fake-receiver/check-headers.ts';
import { decodeBody } from '../fake-receiver/decode-body.ts';
import type { DecodedSeries } from '../fake-receiver/decoded.ts';
import { closeServer, listen } from '../network/listen.ts';

/** Stage of a request: it is not forwarded yet, or the receiver has stored it but not answered yet. */
type Stage = 'arrived' | 'stored';

export interface WriteProxy {
  readonly url: string;
  /** Responses of the receiver, in order. */
  readonly answers: readonly { readonly status: number; readonly body: string }[];
  /** Requests that the receiver accepted, in order. */
  readonly taken: readonly DecodedSeries[];
  /** Called at each stage of each request. */
  onStage: (stage: Stage) => void;
  close(): Promise<void>;
}

/** Starts a remote-write receiver in front of a real one. It records what passes and when. */
export async function startWriteProxy(target: string): Promise<WriteProxy> {
  const answers: { status: number; body: string }[] = [];
  const taken: DecodedSeries[] = [];
  const server = createServer((request, response) => {
    void pass(request, response).catch(() => response.destroy());
  });
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    proxy.onStage('arrived');
    const { headers, method = 'POST' } = request;
    const names = ['content-type', 'content-encoding', 'x-prometheus-remote-write-version'];
    const passed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    const answer = await fetch(target, { method, headers: passed, body });
    answers.push({ status: answer.status, body: await answer.text() });
    if (answer.ok) taken.push(...decodeBody(body, findProtocol(request)).series);
    proxy.onStage('stored');
    const written = [...answer.headers].filter(([name]) => name.endsWith('-written'));
    response.writeHead(answer.status, Object.fromEntries(written)).end();
  }
  const port = await listen(server);
  const proxy: WriteProxy = {
    url: `http://127.0.0.1:${port}/api/v1/write`,
    answers,
    taken,
    onStage: () => undefined,
    close: async () => closeServer(server),
  };
  return proxy;
}
