import { createServer } from 'node:http';

import { closeServer, listen } from '../network/listen.ts';

export interface Replay {
  readonly url: string;
  /** Protocol version of each request. */
  readonly protocols: readonly string[];
  close(): Promise<void>;
}

/** A receiver on 127.0.0.1 that answers with recorded bytes and closes the connection, as in the recording. */
export async function startReplay(
  answerTo: (protocol: '1.0' | '2.0') => Uint8Array,
): Promise<Replay> {
  const protocols: string[] = [];
  const server = createServer((request, response) => {
    const type = request.headers['content-type'] ?? '';
    const protocol = type.includes('write.v2') ? '2.0' : '1.0';
    protocols.push(protocol);
    request.resume().once('end', () => {
      response.socket?.end(answerTo(protocol));
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/api/v1/write`,
    protocols,
    close: async () => closeServer(server),
  };
}
