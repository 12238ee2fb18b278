import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { toAccess } from '../../src/config/http-access.ts';
import { Pushgateway } from '../../src/config/pushgateway.ts';
import { createRetryingClient } from '../../src/remote-write/client/retrying-client.ts';
import { useSecretFiles } from '../support/access/secret-files.ts';
import { messageOf, writerFor } from '../support/access/write-access.ts';
import { useRecordingServers } from '../support/network/recording-server.ts';

const files = useSecretFiles();
const start = useRecordingServers();

describe('H13: authentication with a receiver', () => {
  it.each`
    block                                                       | authorization
    ${{ basic_auth: { username: 'ü', password: 'p:w' } }}       | ${basic('ü:p:w')}
    ${{ basic_auth: { username: 'u' } }}                        | ${basic('u:')}
    ${{ authorization: { credentials: 'token' } }}              | ${'Bearer token'}
    ${{ authorization: { type: 'Token', credentials: 'abc' } }} | ${'Token abc'}
    ${{ headers: { authorization: 'Bearer own' } }}             | ${'Bearer own'}
  `('sends $authorization', async ({ block, authorization }: Record<string, object>) => {
    const server = await start();

    expect(await writerFor({ url: server.url, ...block }).write()).toMatchObject({
      status: 'success',
    });

    expect(server.requests[0]?.headersDistinct['authorization']).toEqual([authorization]);
  });

  it('reads changed user, password and token files again', async () => {
    const server = await start();
    const user = files.write('user', 'first\n');
    const password = files.project('password', 'one\r\n');
    const token = files.project('token', '  t-1\n');
    const basicAuth = { username_file: user, password_file: password };
    const both = writerFor({ url: server.url, basic_auth: basicAuth });
    const bearer = writerFor({ url: server.url, authorization: { credentials_file: token } });

    await both.write();
    await bearer.write();
    files.write('user', 'other\n');
    files.project('password', 'two');
    files.project('token', 't-2');
    await both.write();
    await bearer.write();

    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      basic('first:one'),
      'Bearer t-1',
      basic('other:two'),
      'Bearer t-2',
    ]);
  });

  it('sends several values of a header, including values from files', async () => {
    const server = await start();
    const file = files.write('key', 'f-1\n');
    const values = { values: ['v'], secrets: ['s'], files: [file] };
    const writer = writerFor({ url: server.url, http_headers: { 'X-Key': values } });

    await writer.write();
    files.write('key', 'file-2');
    await writer.write(3);

    expect(server.requests.map(({ headersDistinct }) => headersDistinct['x-key'])).toEqual([
      ['v', 's', 'f-1'],
      ['v', 's', 'file-2'],
    ]);
    expect(server.requests.map(({ headers }) => headers['retry-attempt'])).toEqual([
      undefined,
      '3',
    ]);
  });

  it.each`
    what                  | content            | reason
    ${'is missing'}       | ${undefined}       | ${/cannot read .*secret \(ENOENT\)$/}
    ${'is empty'}         | ${' \n'}           | ${/secret is empty$/}
    ${'is too large'}     | ${'x'.repeat(1e5)} | ${/secret is larger than 65536 bytes$/}
    ${'has a line break'} | ${'a\nb'}          | ${/header Authorization contains characters that are not allowed in a header$/}
  `('returns a retryable error while a file $what', async ({ content, reason }: FileCase) => {
    const server = await start();
    const path = `${files.directory}/secret`;
    if (content !== undefined) files.write('secret', content);
    const writer = writerFor({ url: server.url, authorization: { credentials_file: path } });

    const result = await writer.write();
    files.write('secret', 'good');

    expect(result.status).toBe('retryable');
    expect(messageOf(result)).toMatch(/^nothing was sent to http:\/\/127\.0\.0\.1:\d+\/: /);
    expect(messageOf(result)).toMatch(reason);
    expect(await writer.write()).toMatchObject({ status: 'success' });
    expect(server.requests).toHaveLength(1);
  });

  it('rejects a directory as a secret file', async () => {
    const authorization = { credentials_file: files.directory };

    const result = await writerFor({ url: 'http://127.0.0.1:9/', authorization }).write();

    expect(messageOf(result)).toMatch(/ is not a regular file$/);
  });
});

describe('H5: a reused connection', () => {
  it('is replaced after the receiver has closed it', async () => {
    const server = await start();
    const writer = writerFor({ url: server.url });
    await writer.write();
    await writer.write();
    const kept = server.connections();

    server.server.once('request', ({ socket }) => socket.destroy());
    const broken = await writer.write();
    const after = await writer.write(1);

    expect(kept).toBe(1);
    expect(broken.status).toBe('retryable');
    expect(messageOf(broken)).toMatch(/\((ECONNRESET|EPIPE)\)$/);
    expect(after).toMatchObject({ status: 'success' });
  });

  it('is one of at most max_shards', async () => {
    const server = await start();
    const writer = writerFor({ url: server.url, queue_config: { max_shards: 3 } });

    await Promise.all(Array.from({ length: 9 }, async () => writer.write()));

    expect(server.requests).toHaveLength(9);
    expect(server.connections()).toBe(3);
  });
});

describe('H13: a client for other receivers', () => {
  it('authenticates in the same way', async () => {
    const server = await start();
    const { signal } = new AbortController();
    const {
      url,
      timeout: timeoutMs,
      headers,
      ...rest
    } = Pushgateway.parse({
      url: server.url,
      headers: { 'X-A': 'b' },
      basic_auth: { username: 'u', password_file: files.write('password', 'p\n') },
    });
    const client = createRetryingClient({
      url: url ?? '',
      method: 'PUT',
      protocolHeaders: {},
      headers,
      access: toAccess(rest),
      timeoutMs,
      userAgent: 'kubescape-push/1.2.3',
      retryBudgetMs: 0,
      onRetry: () => undefined,
    });

    expect(await client.write(Buffer.from('a 1\n'), { attempt: 0, signal })).toMatchObject({
      status: 'success',
    });
    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      headers: { authorization: basic('u:p'), 'x-a': 'b' },
    });
  });
});

describe('H14: an error response that quotes the request', () => {
  it.each`
    block
    ${{ basic_auth: { username: 'scott', password: 'tiger4711' } }}
    ${{ authorization: { credentials: 'tiger4711' } }}
    ${{ http_headers: { 'X-Plain': { values: ['tiger4711'] } } }}
    ${{ headers: { 'X-Api-Key': 'tiger4711' } }}
    ${{ authorization: { credentials: `${'long-'.repeat(400)}tiger4711` } }}
  `('does not leak $block', async ({ block }: { block: object }) => {
    const server = await start({
      answer: ({ headers }) => {
        const all = JSON.stringify({ ...headers, ...{ p: headers.authorization?.split(' ')[1] } });
        const said = headers.authorization ?? '-';
        return {
          status: 401,
          statusText: said.length > 100 ? 'No' : 'No tiger4711',
          body: `${'x'.repeat(900)}${said}${all}`,
        };
      },
    });

    const result = await writerFor({ url: server.url, ...block }).write();

    const everything = inspect(result, { depth: 20, showHidden: true });
    expect(result.status).toBe('rejected');
    expect(messageOf(result)).toContain('[redacted]');
    expect(everything).not.toMatch(/tiger|long-/);
    expect(everything).not.toContain(btoa('scott:tiger4711').slice(0, 8));
  });
});

interface FileCase {
  readonly content: string | undefined;
  readonly reason: RegExp;
}

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}
