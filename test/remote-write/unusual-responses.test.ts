import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { afterEach, describe, expect, it } from 'vitest';

import type { AccessOptions } from '../../src/http/access-options.ts';
import { createAxiosWriteClient } from '../../src/remote-write/client/axios-write-client.ts';
import type { WriteResult } from '../../src/remote-write/client/write-client.ts';
import { remoteWriteV1 } from '../../src/remote-write/wire/protocols.ts';
import { makeCertificates } from '../support/fake-storage/certificates.ts';
import { listen } from '../support/network/listen.ts';

const MIB = 2 ** 20;
const tls = makeCertificates({ user: 'u' });
const trusting: AccessOptions = { tls: { insecureSkipVerify: true } };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('H5: a rejection while the body is still being written', () => {
  it.each`
    scheme     | status | size
    ${'http'}  | ${413} | ${4 * MIB}
    ${'http'}  | ${401} | ${MIB}
    ${'http'}  | ${403} | ${10_000}
    ${'https'} | ${413} | ${4 * MIB}
    ${'https'} | ${401} | ${MIB}
  `(
    '$status over $scheme is reported: $size bytes',
    async ({ scheme, status, size }: EarlyCase) => {
      const isTls = scheme === 'https';
      const text = `HTTP/1.1 ${status} No\r\nContent-Length: 7\r\nConnection: close\r\n\r\nbecause`;
      const url = await start((socket) => void socket.write(text, () => socket.destroy()), isTls);

      const result = await write(url, size);

      expect(result).toMatchObject({ status: 'rejected', error: { httpStatus: status } });
      expect(messageOf(result)).toContain('because');
    },
  );

  it('does not hide a connection that closes without a response', async () => {
    const url = await start((socket) => void socket.destroy());

    expect(await write(url, MIB)).toMatchObject({ status: 'retryable' });
  });
});

describe('H7: a response that is not valid HTTP', () => {
  it.each`
    response                                                            | message
    ${'HTTP/1.1 204 No Content\r\nBad Header: x\r\n\r\n'}               | ${'receiver answered "HTTP/1.1 204 No Content" with headers that are not valid HTTP (HPE_INVALID_HEADER_TOKEN)'}
    ${'HTTP/1.1 400 Bad\r\nContent-Length: 1\r\nContent-Length: 2\r\n'} | ${'receiver answered "HTTP/1.1 400 Bad" with headers that are not valid HTTP (HPE_UNEXPECTED_CONTENT_LENGTH)'}
    ${'SSH-2.0-OpenSSH_9.2\r\n'}                                        | ${'receiver did not answer with HTTP (HPE_INVALID_CONSTANT); check the port and whether the URL needs https://'}
  `('is a rejection: $message', async ({ response, message }: UnreadableCase) => {
    const url = await start((socket) => socket.once('data', () => socket.end(response)));

    const result = await write(url, 10);

    expect(result.status).toBe('rejected');
    expect(messageOf(result)).toBe(message);
  });

  it('may have 64 KiB of headers', async () => {
    const url = await start((socket) => socket.once('data', () => socket.end(withHeaders(63_000))));

    expect(await write(url, 10)).toEqual({ status: 'success', httpStatus: 204 });
  });

  it('has at most 64 KiB of headers', async () => {
    const url = await start((socket) => socket.once('data', () => socket.end(withHeaders(70_000))));

    const result = await write(url, 10);

    expect(result.status).toBe('rejected');
    expect(messageOf(result)).toBe(
      'receiver answered with more than 64 KiB of headers (HPE_HEADER_OVERFLOW)',
    );
  });
});

interface EarlyCase {
  readonly scheme: string;
  readonly status: number;
  readonly size: number;
}

interface UnreadableCase {
  readonly response: string;
  readonly message: string;
}

async function start(answer: (socket: Socket) => void, isTls = false): Promise<string> {
  function onConnection(socket: Socket): void {
    socket.on('error', () => undefined);
    answer(socket);
  }
  const server = isTls ? createTlsServer(tls.server, onConnection) : createServer(onConnection);
  servers.push(server);
  return `${isTls ? 'https' : 'http'}://127.0.0.1:${await listen(server)}/`;
}

async function write(url: string, size: number): Promise<WriteResult> {
  const client = createAxiosWriteClient({
    url,
    method: 'POST',
    protocolHeaders: remoteWriteV1.headers,
    timeoutMs: 5000,
    maxSockets: 1,
    userAgent: 'test/1',
    headers: {},
    access: trusting,
    retryOn429: true,
  });
  return client.write(new Uint8Array(size), { attempt: 0, signal: new AbortController().signal });
}

function withHeaders(bytes: number): string {
  const lines = Array.from(
    { length: Math.floor(bytes / 1000) },
    (_, i) => `X-${i}: ${'x'.repeat(990)}`,
  );
  return `HTTP/1.1 204 No Content\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n`;
}

function messageOf(result: WriteResult): string | undefined {
  return result.status === 'success' ? undefined : result.error.message;
}
