import { createServer, type IncomingHttpHeaders } from 'node:http';
import { inspect } from 'node:util';

import { afterEach, describe, expect, it, vi } from 'vitest';

import {
  type AxiosWriteClientOptions,
  createAxiosWriteClient,
} from '../../src/remote-write/client/axios-write-client.ts';
import type { WriteResult } from '../../src/remote-write/client/write-client.ts';
import { compressSnappyBlock } from '../../src/remote-write/wire/compress.ts';
import { remoteWriteV1 } from '../../src/remote-write/wire/protocols.ts';
import type { Answer } from '../support/fake-receiver/answer.ts';
import { type FakeReceiver, startFakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { golden } from '../support/fake-receiver/golden.ts';
import { listen } from '../support/network/listen.ts';

const body = compressSnappyBlock(Buffer.from(golden.v1, 'hex'));
const signal = new AbortController().signal;

let receiver: FakeReceiver | undefined;
afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
  vi.unstubAllEnvs();
});

describe('H1, H3, H4: createAxiosWriteClient', () => {
  it('sends the body with exactly the headers of the protocol', async () => {
    const { client } = await setup({ options: { headers: { 'X-Scope-OrgID': 'team-a' } } });

    expect(await client.write(body, { attempt: 0, signal })).toEqual({
      status: 'success',
      httpStatus: 204,
    });

    expect(receiver?.violations).toEqual([]);
    expect(receiver?.requests[0]?.body.equals(body)).toBe(true);
    expect(headersOf(0)).toMatchObject({
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'content-length': String(body.length),
      'x-prometheus-remote-write-version': '0.1.0',
      'user-agent': 'kubescape-push/1.2.3',
      'x-scope-orgid': 'team-a',
    });
    expect(headersOf(0)).not.toHaveProperty('retry-attempt');
    expect(headersOf(0)).not.toHaveProperty('authorization');
  });

  it('sends only its view of a larger buffer', async () => {
    const { client } = await setup();
    const memory = new Uint8Array(body.length + 20);
    memory.set(body, 10);

    await client.write(memory.subarray(10, 10 + body.length), { attempt: 0, signal });

    expect(receiver?.violations).toEqual([]);
    expect(receiver?.samples).toHaveLength(1);
  });

  it('numbers retries and reuses the connection', async () => {
    const { client } = await setup({ answers: [{ status: 503, body: 'x'.repeat(100_000) }] });

    await client.write(body, { attempt: 0, signal });
    await client.write(body, { attempt: 1, signal });

    expect(receiver?.violations).toEqual([]);
    expect(headersOf(1)).toMatchObject({ 'retry-attempt': '1', connection: 'keep-alive' });
  });

  it.each`
    userinfo       | headers                          | authorization
    ${''}          | ${{}}                            | ${undefined}
    ${'u:p%40ss@'} | ${{}}                            | ${`Basic ${btoa('u:p@ss')}`}
    ${'u:p@'}      | ${{ Authorization: 'Bearer t' }} | ${'Bearer t'}
    ${'u:p@'}      | ${{ authorization: 'Bearer t' }} | ${'Bearer t'}
  `(
    'authenticates with $userinfo $headers',
    async ({ userinfo, headers, authorization }: AuthCase) => {
      const { client } = await setup({ options: { headers }, userinfo });

      await client.write(body, { attempt: 0, signal });

      expect(headersOf(0)['authorization']).toBe(authorization);
    },
  );

  it('never lets configured headers replace protocol headers', async () => {
    const headers = { 'content-type': 'text/plain', 'USER-AGENT': 'x', 'content-encoding': 'gzip' };
    const { client } = await setup({ options: { headers } });

    await client.write(body, { attempt: 0, signal });

    expect(receiver?.violations).toEqual([]);
  });

  it('ignores proxies in environment variables', async () => {
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');
    const { client } = await setup();

    expect(await client.write(body, { attempt: 0, signal })).toEqual({
      status: 'success',
      httpStatus: 204,
    });
  });

  it('does not follow redirects', async () => {
    const location = 'http://127.0.0.1:9/elsewhere';
    const { client } = await setup({ answers: [{ status: 302, headers: { location } }] });

    const result = await client.write(body, { attempt: 0, signal });

    expect(result.status).toBe('rejected');
    expect(messageOf(result)).toContain('redirects are not followed');
    expect(receiver?.requests).toHaveLength(1);
  });

  it.each`
    what                    | answer                                        | status         | message
    ${'a reset connection'} | ${'reset'}                                    | ${'retryable'} | ${'\\(ECONNRESET\\)'}
    ${'silence'}            | ${'hang'}                                     | ${'retryable'} | ${'timed out after 200 ms'}
    ${'a late answer'}      | ${{ status: 204, delayMs: 5000 }}             | ${'retryable'} | ${'timed out after 200 ms'}
    ${'half a rejection'}   | ${{ status: 400, body: 'nono', cut: true }}   | ${'rejected'}  | ${'answered 400 Bad Request: no'}
    ${'half an error'}      | ${{ status: 500, body: 'nono', cut: true }}   | ${'retryable'} | ${'answered 500 Internal Server Error: no'}
    ${'half a success'}     | ${{ status: 200, body: 'okok', cut: true }}   | ${'success'}   | ${''}
    ${'a long error'}       | ${{ status: 400, body: 'n'.repeat(500_000) }} | ${'rejected'}  | ${`Bad Request: ${'n'.repeat(1024)}`}
  `('treats $what as $status', async ({ answer, status, message }: AnswerCase) => {
    const { client } = await setup({ answers: [answer], options: { timeoutMs: 200 } });

    const result = await client.write(body, { attempt: 0, signal });

    expect(result.status).toBe(status);
    expect(messageOf(result)).toMatch(new RegExp(`${message}$`));
  });

  it('treats a refused connection as retryable', async () => {
    const { client } = await setup();
    await receiver?.close();

    const result = await client.write(body, { attempt: 0, signal });

    expect(result.status).toBe('retryable');
    expect(messageOf(result)).toMatch(
      /^no answer from http:.*\/api\/v1\/write: the connection was refused \(ECONNREFUSED\)$/,
    );
  });

  it('returns Retry-After, and retries 429 unless configured otherwise', async () => {
    const answer: Answer = { status: 429, headers: { 'retry-after': '3' } };
    const { client } = await setup({ answers: [answer] });
    expect(await client.write(body, { attempt: 0, signal })).toMatchObject({
      status: 'retryable',
      retryAfterMs: 3000,
    });
    await receiver?.close();

    const strict = await setup({ answers: [answer], options: { retryOn429: false } });
    expect((await strict.client.write(body, { attempt: 0, signal })).status).toBe('rejected');
  });

  it('stops reading an endless body after the timeout', async () => {
    const endless = createServer((_, response) => {
      response.writeHead(500);
      setInterval(() => response.write('x'), 10).unref();
    });
    const port = await listen(endless);
    const client = createClient({ url: `http://127.0.0.1:${port}/`, timeoutMs: 200 });

    const result = await client.write(body, { attempt: 0, signal });

    expect(messageOf(result)).toMatch(/^receiver answered 500 Internal Server Error: x+$/);
    endless.closeAllConnections();
    endless.close();
  });

  it('rejects when aborted, before and during a request', async () => {
    const { client } = await setup({ answers: ['hang'] });
    const controller = new AbortController();

    const writing = client.write(body, { attempt: 0, signal: controller.signal });
    setTimeout(() => controller.abort(), 50);

    await expect(writing).rejects.toThrow('aborted');
    await expect(client.write(body, { attempt: 0, signal: controller.signal })).rejects.toThrow(
      'aborted',
    );
    expect(receiver?.requests).toHaveLength(1);
  });

  it.each<{ answer: Answer }>([
    { answer: 'reset' },
    { answer: 'hang' },
    { answer: { status: 401, body: `no: Basic ${btoa('scott:tiger4711')}, tiger4711` } },
    { answer: { status: 500, body: 'GET /?token=q-secret-token with h-secret-token' } },
  ])('keeps secrets out of errors: $answer', async ({ answer }) => {
    const { client } = await setup({
      answers: [answer],
      userinfo: 'scott:tiger4711@',
      query: '?token=q-secret-token',
      options: { timeoutMs: 100, headers: { 'X-Auth-Token': 'h-secret-token' } },
    });

    const result = await client.write(body, { attempt: 0, signal });

    expect(result.status).not.toBe('success');
    const everything = inspect(result, { depth: 20, showHidden: true });
    expect(everything).not.toMatch(/tiger4711|secret-token|scott/);
    expect(everything).not.toContain(btoa('scott:tiger4711'));
  });

  it.each([
    { url: 'not a URL with hunter2' },
    { url: 'http://127.0.0.1:1/', headers: { 'X-A': 'hunter2\nX-B: c' } },
    { url: 'http://127.0.0.1:1/', headers: { 'X A': 'hunter2' } },
  ])('rejects invalid URLs and headers without quoting them', (options) => {
    expect(() => createClient(options)).toThrow(TypeError);
    expect(() => createClient(options)).not.toThrow('hunter2');
  });
});

interface AuthCase {
  readonly userinfo: string;
  readonly headers: Record<string, string>;
  readonly authorization: string | undefined;
}

interface AnswerCase {
  readonly answer: Answer;
  readonly status: WriteResult['status'];
  readonly message: string;
}

interface Setup {
  readonly answers?: readonly Answer[];
  readonly options?: Partial<AxiosWriteClientOptions>;
  readonly userinfo?: string;
  readonly query?: string;
}

async function setup({ answers = [], options = {}, userinfo = '', query = '' }: Setup = {}) {
  receiver = await startFakeReceiver({ answers });
  const url = receiver.url.replace('//', `//${userinfo}`) + query;
  return { client: createClient({ url, ...options }) };
}

function createClient(options: Partial<AxiosWriteClientOptions>) {
  return createAxiosWriteClient({
    url: 'http://127.0.0.1:9/',
    method: 'POST',
    protocolHeaders: remoteWriteV1.headers,
    timeoutMs: 5000,
    maxSockets: 1,
    userAgent: 'kubescape-push/1.2.3',
    headers: {},
    retryOn429: true,
    ...options,
  });
}

function headersOf(index: number): IncomingHttpHeaders {
  return receiver?.requests[index]?.headers ?? {};
}

function messageOf(result: WriteResult): string {
  return result.status === 'success' ? '' : result.error.message;
}
