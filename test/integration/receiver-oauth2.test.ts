import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { useSecretFiles } from '../support/access/secret-files.ts';
import { messageOf, writerFor } from '../support/access/write-access.ts';
import { makeCertificates } from '../support/fake-storage/certificates.ts';
import { type ForwardProxy, startForwardProxy } from '../support/network/forward-proxy.ts';
import {
  type RecordedAnswer,
  type RecordedRequest,
  type RecordingServer,
  useRecordingServers,
} from '../support/network/recording-server.ts';

const certificates = makeCertificates({ serverNames: ['localhost'] });

const files = useSecretFiles();
const start = useRecordingServers();
/** First answers of the token server. After them, it issues numbered tokens. */
let answers: RecordedAnswer[];
/** Authorization headers that the receiver rejects. */
let rejected: Set<string>;
let lifeS: number;
let tokens: RecordingServer;
let receiver: RecordingServer;
let proxy: ForwardProxy;

beforeEach(async () => {
  answers = [];
  rejected = new Set();
  lifeS = 3600;
  let issued = 0;
  tokens = await start({
    tls: certificates.server,
    answer: () => answers.shift() ?? token(++issued),
  });
  receiver = await start({
    answer: ({ headers: { authorization = '' } }) =>
      rejected.has(authorization)
        ? { status: 401, body: `not ${authorization}, and no ${authorization.slice(7)}` }
        : { status: 204 },
  });
  proxy = await startForwardProxy();
});
afterEach(async () => {
  vi.useRealTimers();
  await proxy.close();
});

describe('H13: OAuth 2.0', () => {
  it('requests one token with client credentials and uses it for all requests', async () => {
    const scopes = ['metrics.write', 'openid'];
    const writer = oauth2Writer({ scopes, endpoint_params: { audience: 'metrics' } });

    const results = await Promise.all([writer.write(), writer.write()]);
    await writer.write();

    expect(results).toMatchObject([{ status: 'success' }, { status: 'success' }]);
    expect(sentTokens()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1']);
    expect(tokens.requests).toHaveLength(1);
    expect(tokens.requests[0]).toMatchObject({
      method: 'POST',
      url: '/oauth2/token?p=1',
      headers: {
        authorization: `Basic ${btoa('agent%40home:s%3Acret-1')}`,
        'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
        'user-agent': 'kubescape-push/1.2.3',
      },
    });
    expect(formOf(tokens.requests[0])).toEqual({
      grant_type: 'client_credentials',
      scope: 'metrics.write openid',
      audience: 'metrics',
    });
  });

  it.each([401, 200])('after a %i, sends the secret in the form from then on', async (status) => {
    lifeS = 0;
    answers.push({ status, body: '{"error":"invalid_client"}' });
    const writer = oauth2Writer();

    await writer.write();
    await writer.write();

    expect(sentTokens()).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(tokens.requests.map(({ headers }) => headers.authorization !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
    expect(formOf(tokens.requests[1])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'agent@home',
      client_secret: 's:cret-1',
    });
  });

  it('replaces a token a minute before it expires', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const writer = oauth2Writer();

    await writer.write();
    vi.setSystemTime(Date.now() + 3_539_000);
    await writer.write();
    vi.setSystemTime(Date.now() + 2000);
    await writer.write();

    expect(sentTokens()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  it('keeps using a valid token while the token server is down', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const writer = oauth2Writer();

    await writer.write();
    vi.setSystemTime(Date.now() + 3_550_000);
    answers.push({ status: 503 }, { status: 503 });
    const stillGood = await writer.write();
    vi.setSystemTime(Date.now() + 60_000);
    const expired = await writer.write();

    expect(stillGood.status).toBe('success');
    expect(messageOf(expired)).toMatch(/answered 503$/);
    expect(expired.status).toBe('retryable');
  });

  it('requests one new token when the receiver rejects the old one', async () => {
    const writer = oauth2Writer();
    await writer.write();

    rejected.add('Bearer token-1');
    expect(await writer.write()).toMatchObject({ status: 'success' });
    rejected.add('Bearer token-2');
    const result = await writer.write();

    expect(sentTokens()).toEqual([1, 1, 2, 2].map((number) => `Bearer token-${number}`));
    expect(result.status).toBe('rejected');
    expect(messageOf(result)).toBe(
      'receiver answered 401 Unauthorized: not [redacted], and no [redacted] (check the credentials)',
    );
  });

  it('reads the client secret file again for each token', async () => {
    lifeS = 0;
    const file = files.write('secret', 'one\n');
    const writer = oauth2Writer({ client_secret: undefined, client_secret_file: file });

    await writer.write();
    files.write('secret', 'another\n');
    await writer.write();

    expect(tokens.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${btoa('agent%40home:one')}`,
      `Basic ${btoa('agent%40home:another')}`,
    ]);
  });

  it('reaches the token server through its own proxy', async () => {
    const url = `https://localhost:${tokens.port}/token`;
    const writer = oauth2Writer({ token_url: url, proxy_url: proxy.url });

    expect(await writer.write()).toMatchObject({ status: 'success' });

    expect(proxy.tunnels.map(({ target }) => target)).toEqual([`localhost:${tokens.port}`]);
    expect(proxy.forwarded).toEqual([]);
  });

  it.each`
    answer                                                                     | reason
    ${{ status: 403, body: 'the s:cret-1 is\nold' }}                           | ${/answered 403: the \[redacted\] is old$/}
    ${{ status: 302, headers: { location: 'https://127.0.0.1:1/' } }}          | ${/answered 302$/}
    ${{ status: 200, body: '<html>' }}                                         | ${/^nothing was sent to .+ contains no bearer token$/}
    ${{ status: 200, body: '{"access_token":"x","token_type":"mac"}' }}        | ${/contains no bearer token$/}
    ${{ status: 200, body: '{"access_token":5,"token_type":"bearer"}' }}       | ${/contains no bearer token$/}
    ${{ status: 200, body: '{"access_token":"a\\nb","token_type":"bearer"}' }} | ${/Authorization contains characters that are not allowed in a header$/}
    ${{ status: 200, body: ' '.repeat(1_100_000) }}                            | ${/: no answer from the token server .+: the connection failed \(ERR_BAD_RESPONSE\)$/}
  `(
    'returns a retryable error if the token server answers $answer.status',
    async ({ answer, reason }: AnswerCase) => {
      answers.push(answer);

      const result = await oauth2Writer().write();

      expect(result.status).toBe('retryable');
      expect(messageOf(result)).toMatch(reason);
      expect(messageOf(result)).not.toMatch(/p=1|s:cret/);
      expect(receiver.requests).toEqual([]);
    },
  );

  it.each`
    body                                                                                   | type
    ${'{"access_token":"token-x","expires_in":"3600","scope":null}'}                       | ${'application/json'}
    ${'{"access_token":"token-x","token_type":"bearer","id_token":"e30.e30.","scope":[]}'} | ${'text/plain'}
    ${'access_token=token-x&expires_in=3600'}                                              | ${'application/x-www-form-urlencoded'}
  `(
    'accepts any response with a token: $body',
    async ({ body, type }: Record<'body' | 'type', string>) => {
      answers.push({ status: 201, headers: { 'content-type': type }, body });

      expect(await oauth2Writer().write()).toMatchObject({ status: 'success' });

      expect(sentTokens()).toEqual(['Bearer token-x']);
    },
  );

  it('reports an untrusted certificate of the token server', async () => {
    const result = await oauth2Writer({ tls_config: undefined }).write();

    expect(messageOf(result)).toMatch(
      /: no answer from the token server https:\/\/127\.0\.0\.1:\d+\/oauth2\/token: the certificate is signed by an unknown CA \(UNABLE_TO_VERIFY/,
    );
  });
});

describe('H13: Entra', () => {
  it('sends the current service account token instead of a secret', async () => {
    lifeS = 0;
    const file = files.project('token', 'jwt.of.pod\n');
    const writer = entraWriter({
      workload_identity: { client_id: 'c-1', tenant_id: 't-1', token_file_path: file },
    });

    expect(await writer.write()).toMatchObject({ status: 'success' });
    files.project('token', 'newer.jwt.of.pod');
    await writer.write();

    const form = {
      grant_type: 'client_credentials',
      scope: 'https://monitor.azure.com//.default',
      client_id: 'c-1',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    };
    expect(tokens.requests.map(formOf)).toEqual([
      { ...form, client_assertion: 'jwt.of.pod' },
      { ...form, client_assertion: 'newer.jwt.of.pod' },
    ]);
    expect(sentTokens()).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('sends the client secret', async () => {
    const oauth = { client_id: 'c-1', client_secret: 's-1', tenant_id: 't-1' };
    const writer = entraWriter({ cloud: 'AzurePublic', oauth });

    expect(await writer.write()).toMatchObject({ status: 'success' });

    expect(tokens.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(formOf(tokens.requests[0])).toMatchObject({ client_id: 'c-1', client_secret: 's-1' });
  });
});

interface AnswerCase {
  readonly answer: RecordedAnswer;
  readonly reason: RegExp;
}

function oauth2Writer(change: Readonly<Record<string, unknown>> = {}) {
  return writerFor({
    url: receiver.url,
    oauth2: {
      client_id: 'agent@home',
      client_secret: 's:cret-1',
      token_url: `${tokens.url}/oauth2/token?p=1`,
      tls_config: { ca: certificates.ca },
      ...change,
    },
  });
}

/** Sends token requests to the test server, because the servers of Entra are unreachable. */
function entraWriter(azuread: Readonly<Record<string, unknown>>) {
  return writerFor({ url: receiver.url, azuread }, ({ auth, ...access }) => {
    if (auth?.kind !== 'oauth2') throw new Error('Entra speaks OAuth 2.0');
    expect(auth.tokenUrl).toBe('https://login.microsoftonline.com/t-1/oauth2/v2.0/token');
    const tls = { ca: { text: certificates.ca }, insecureSkipVerify: false };
    return { ...access, auth: { ...auth, tokenUrl: `${tokens.url}/token`, tls } };
  });
}

function token(number: number): RecordedAnswer {
  const body = { access_token: `token-${number}`, token_type: 'Bearer', expires_in: lifeS };
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

function sentTokens(): unknown[] {
  return receiver.requests.map(({ headers }) => headers.authorization);
}

function formOf(request: RecordedRequest | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request?.body.toString()));
}
