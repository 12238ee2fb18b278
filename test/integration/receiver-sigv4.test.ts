import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { checkAwsSignature, type CheckedSignature } from '../support/access/aws-signature.ts';
import { useSecretFiles } from '../support/access/secret-files.ts';
import { body, messageOf, writerFor } from '../support/access/write-access.ts';
import { startForwardProxy } from '../support/network/forward-proxy.ts';
import {
  type RecordedAnswer,
  type RecordedRequest,
  type RecordingServer,
  useRecordingServers,
} from '../support/network/recording-server.ts';

const secretKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const arn = 'arn:aws:iam::123456789012:role/writer';

const files = useSecretFiles();
const start = useRecordingServers();
let receiver: RecordingServer;
let sts: RecordingServer;
let answers: RecordedAnswer[];
let lifeS: number;

beforeEach(async () => {
  answers = [];
  lifeS = 3600;
  let issued = 0;
  receiver = await start({ answer: () => answers.shift() ?? { status: 200 } });
  sts = await start({ answer: (request) => credentials(request, ++issued) });
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', `${files.directory}/config`);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', `${files.directory}/credentials`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('the signature checker of these tests', () => {
  it.each`
    name              | method    | url                                | signature
    ${'get-vanilla'}  | ${'GET'}  | ${'/'}                             | ${'5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'}
    ${'post-vanilla'} | ${'POST'} | ${'/'}                             | ${'5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'}
    ${'query-order'}  | ${'GET'}  | ${'/?Param2=value2&Param1=value1'} | ${'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'}
  `('agrees with the published example $name', ({ method, url, signature }: Example) => {
    const scope = '20150830/us-east-1/service/aws4_request';
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
    const headers = {
      authorization,
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
    };
    const request = { method, url, headers, body: Buffer.alloc(0) };

    expect(checkAwsSignature(request, secretKey).isValid).toBe(true);
    expect(checkAwsSignature({ ...request, body: Buffer.from('x') }, secretKey).isValid).toBe(
      false,
    );
  });
});

describe('H13: SigV4', () => {
  it.each(['/workspaces/ws-1/api/v1/remote_write', '/', '/a%20b/c%2Fd/ü?x=1&a=%2F%20z&b'])(
    'signs the compressed body, host and time of a request to %s',
    async (path) => {
      const sigv4 = { region: 'eu-west-2', access_key: 'AKIDEXAMPLE', secret_key: secretKey };

      const result = await writerFor({ url: `${receiver.url}${path}`, sigv4 }).write();

      expect(result).toMatchObject({ status: 'success' });
      expect(receiver.requests[0]?.body.equals(body)).toBe(true);
      expect(checked(0)).toEqual({
        isValid: true,
        accessKey: 'AKIDEXAMPLE',
        region: 'eu-west-2',
        service: 'aps',
        signedHeaders: [
          'content-encoding',
          'content-type',
          'host',
          'x-amz-content-sha256',
          'x-amz-date',
        ],
      });
    },
  );

  it('signs for another service if one is configured', async () => {
    const sigv4 = { access_key: 'AKIDEXAMPLE', secret_key: secretKey, service_name: 'es' };

    await writerFor({ url: receiver.url, sigv4 }).write();

    expect(checked(0)).toMatchObject({ isValid: true, service: 'es' });
  });

  it('signs again for each attempt', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const sigv4 = { access_key: 'AKIDEXAMPLE', secret_key: secretKey };
    const writer = writerFor({ url: receiver.url, sigv4 });

    await writer.write();
    vi.setSystemTime(Date.now() + 600_000);
    await writer.write(1);

    const [first, second] = receiver.requests.map(({ headers }) => headers['x-amz-date']);
    expect(first).not.toBe(second);
    expect([checked(0).isValid, checked(1).isValid]).toEqual([true, true]);
  });

  it('uses keys and session token from the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretKey);
    vi.stubEnv('AWS_SESSION_TOKEN', 'session-1');

    await writerFor({ url: receiver.url, sigv4: {} }).write();

    expect(checked(0)).toMatchObject({ isValid: true, accessKey: 'AKIDENV', region: 'eu-west-1' });
    expect(receiver.requests[0]?.headers['x-amz-security-token']).toBe('session-1');
    expect(checked(0).signedHeaders).toContain('x-amz-security-token');
  });

  it('uses keys of a profile, and reads them again after five minutes or a rejection', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    files.write('credentials', profile('AKIDPROFILE1'));
    const writer = writerFor({ url: receiver.url, sigv4: { profile: 'writer' } });

    await writer.write();
    files.write('credentials', profile('AKIDPROFILE2'));
    await writer.write();
    vi.setSystemTime(Date.now() + 300_000);
    await writer.write();
    files.write('credentials', profile('AKIDPROFILE3'));
    answers.push({ status: 403, body: 'The security token included in the request is expired' });
    expect(await writer.write()).toMatchObject({ status: 'success' });

    expect(receiver.requests.map((_, index) => checked(index).accessKey)).toEqual(
      [1, 1, 2, 2, 3].map((number) => `AKIDPROFILE${number}`),
    );
  });

  it('reads the secret key from a file', async () => {
    const file = files.write('key', `${secretKey}\n`);
    const sigv4 = { access_key: 'AKIDEXAMPLE', secret_key_file: file };

    await writerFor({ url: receiver.url, sigv4 }).write();

    expect(checked(0).isValid).toBe(true);
  });

  it('exchanges the current service account token (IRSA)', async () => {
    lifeS = 0;
    vi.stubEnv('AWS_ROLE_ARN', arn);
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', files.project('token', 'jwt.one'));
    const writer = writerFor({ url: receiver.url, sigv4: { region: 'eu-west-1' } });

    expect(await writer.write()).toMatchObject({ status: 'success' });
    files.project('token', 'jwt.two');
    await writer.write();

    expect(sts.requests.map(formOf)).toMatchObject([
      { Action: 'AssumeRoleWithWebIdentity', RoleArn: arn, WebIdentityToken: 'jwt.one' },
      { Action: 'AssumeRoleWithWebIdentity', RoleArn: arn, WebIdentityToken: 'jwt.two' },
    ]);
    expect(checked(1)).toMatchObject({ isValid: true, accessKey: 'ASIASTS2' });
    expect(receiver.requests[1]?.headers['x-amz-security-token']).toBe('session-2');
  });

  it('assumes a role once for all requests', async () => {
    const keys = { access_key: 'AKIDEXAMPLE', secret_key: secretKey };
    const sigv4 = { ...keys, region: 'eu-west-1', role_arn: arn, external_id: 'ours' };
    const writer = writerFor({ url: receiver.url, sigv4 });

    await Promise.all([writer.write(), writer.write()]);

    expect(sts.requests.map(formOf)).toMatchObject([
      { Action: 'AssumeRole', RoleArn: arn, ExternalId: 'ours' },
    ]);
    const [asked] = sts.requests;
    expect(asked && checkAwsSignature(asked, secretKey)).toMatchObject({
      isValid: true,
      accessKey: 'AKIDEXAMPLE',
      service: 'sts',
    });
    expect([checked(0).accessKey, checked(1).accessKey]).toEqual(['ASIASTS1', 'ASIASTS1']);
  });

  it.each`
    fips     | host
    ${false} | ${'sts.us-east-1.amazonaws.com'}
    ${true}  | ${'sts-fips.us-east-1.amazonaws.com'}
  `('contacts $host through the proxy of the receiver', async ({ fips, host }: StsCase) => {
    vi.stubEnv('AWS_ENDPOINT_URL_STS', undefined);
    const proxy = await startForwardProxy({ status: 403 });
    const keys = { access_key: 'AKIDEXAMPLE', secret_key: secretKey, region: 'us-east-1' };
    const sigv4 = { ...keys, role_arn: arn, use_fips_sts_endpoint: fips };

    const result = await writerFor({ url: receiver.url, sigv4, proxy_url: proxy.url }).write();
    await proxy.close();

    expect(new Set(proxy.tunnels.map(({ target }) => target))).toEqual(new Set([`${host}:443`]));
    expect(result.status).toBe('retryable');
    expect(messageOf(result)).toMatch(/: no AWS credentials: .*403/);
  });

  it('returns a retryable error without credentials', async () => {
    const result = await writerFor({ url: receiver.url, sigv4: {} }).write();

    expect(result.status).toBe('retryable');
    expect(messageOf(result)).toMatch(
      /^nothing was sent to .+: no AWS credentials: Could not load/,
    );
  });

  it('returns an error without a region', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    const sigv4 = { access_key: 'AKIDEXAMPLE', secret_key: secretKey };

    const result = await writerFor({ url: receiver.url, sigv4 }).write();

    expect(messageOf(result)).toMatch(/: no AWS region; set sigv4.region or AWS_REGION$/);
  });

  it('H14: does not leak secrets that an answer quotes', async () => {
    vi.stubEnv('AWS_ROLE_ARN', arn);
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', files.write('token', 'jwt.secret'));
    receiver.server.removeAllListeners('request');
    receiver.server.on('request', ({ headers }, response) => {
      response.writeHead(400).end(`${JSON.stringify(headers)} ${secretKey}`);
    });

    const result = await writerFor({ url: receiver.url, sigv4: {} }).write();

    expect(result.status).toBe('rejected');
    expect(messageOf(result)).toContain('[redacted]');
    expect(messageOf(result)).not.toMatch(/session-1|Signature=|wJalr/);
  });
});

interface StsCase {
  readonly fips: boolean;
  readonly host: string;
}

interface Example {
  readonly method: string;
  readonly url: string;
  readonly signature: string;
}

function checked(index: number): CheckedSignature {
  const request = receiver.requests[index];
  if (request === undefined) throw new Error(`request ${index} was not sent`);
  return checkAwsSignature(request, secretKey);
}

function credentials({ body: form }: RecordedRequest, number: number): RecordedAnswer {
  const action = new URLSearchParams(form.toString()).get('Action') ?? '';
  const expiration = new Date(Date.now() + lifeS * 1000).toISOString();
  const keys = `<AccessKeyId>ASIASTS${number}</AccessKeyId><SecretAccessKey>${secretKey}</SecretAccessKey>`;
  const rest = `<SessionToken>session-${number}</SessionToken><Expiration>${expiration}</Expiration>`;
  const result = `<${action}Result><Credentials>${keys}${rest}</Credentials></${action}Result>`;
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response>${result}</${action}Response>`,
  };
}

function profile(accessKey: string): string {
  return `[writer]\naws_access_key_id = ${accessKey}\naws_secret_access_key = ${secretKey}\n`;
}

function formOf(request: RecordedRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request.body.toString()));
}
