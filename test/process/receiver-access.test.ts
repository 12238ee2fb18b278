import { beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { checkAwsSignature } from '../support/access/aws-signature.ts';
import { useSecretFiles } from '../support/access/secret-files.ts';
import { runCli } from '../support/cli/run-cli.ts';
import { makeCertificates } from '../support/fake-storage/certificates.ts';
import { startForwardProxy } from '../support/network/forward-proxy.ts';
import { type RecordingServer, useRecordingServers } from '../support/network/recording-server.ts';

const secretKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

const files = useSecretFiles();
const start = useRecordingServers();
let receiver: RecordingServer;
beforeEach(async () => {
  receiver = await start();
});

/** Modules that are loaded on demand must work in the bundle. */
describe('the built command line', () => {
  it('H13: signs for AWS', async () => {
    const sigv4 = { region: 'eu-west-1', access_key: 'AKIDEXAMPLE', secret_key: secretKey };

    const { exitCode, stderr } = await push({ url: receiver.url, protocol: '1.0', sigv4 });

    expect(stderr).not.toContain('Warning');
    expect(exitCode).toBe(0);
    const [first] = receiver.requests;
    expect(first && checkAwsSignature(first, secretKey).isValid).toBe(true);
  });

  it('H13: finds credentials as the AWS SDK does, and assumes a role', async () => {
    const sts = await start({
      answer: () => ({
        status: 200,
        headers: { 'content-type': 'text/xml' },
        body: `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIASTS</AccessKeyId><SecretAccessKey>${secretKey}</SecretAccessKey><SessionToken>session</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      }),
    });
    const profile = `[writer]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = ${secretKey}\n`;
    const role = { profile: 'writer', role_arn: 'arn:aws:iam::123456789012:role/writer' };

    const { exitCode, stderr } = await push(
      { url: receiver.url, protocol: '1.0', sigv4: { region: 'eu-west-1', ...role } },
      {
        AWS_ENDPOINT_URL_STS: sts.url,
        AWS_SHARED_CREDENTIALS_FILE: files.write('credentials', profile),
      },
    );

    expect(stderr).not.toContain('Warning');
    expect(exitCode).toBe(0);
    const [first] = receiver.requests;
    expect(first && checkAwsSignature(first, secretKey)).toMatchObject({
      isValid: true,
      accessKey: 'ASIASTS',
    });
  });

  it('H13: gets a token through a proxy', async () => {
    const { ca, server } = makeCertificates();
    const body = '{"access_token":"t-1","token_type":"Bearer","expires_in":3600}';
    const tokens = await start({
      tls: server,
      answer: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body }),
    });
    const proxy = await startForwardProxy();
    const oauth2 = {
      client_id: 'agent',
      client_secret: 's-1',
      token_url: `${tokens.url}/token`,
      tls_config: { ca },
      proxy_url: proxy.url,
    };

    const { exitCode } = await push({ url: receiver.url, protocol: '1.0', oauth2 });
    await proxy.close();

    expect(exitCode).toBe(0);
    expect(proxy.tunnels).toHaveLength(1);
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer t-1');
  });

  it('H13: names the file that is missing', async () => {
    const credentials = `${files.directory}/none`;

    const { exitCode, stderr } = await push({
      url: receiver.url,
      authorization: { credentials_file: credentials },
    });

    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(`cannot read ${credentials} (ENOENT)`);
  });

  it('H13: names the variable that does not contain a proxy URL', async () => {
    const HTTPS_PROXY = 'ftp://user:hunter2@proxy:1080';

    const block = { url: receiver.url, proxy_from_environment: true };
    const { exitCode, stderr } = await push(block, { HTTPS_PROXY });

    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'the URL in HTTPS_PROXY must start with http://, https:// or socks5://',
    );
    expect(stderr).not.toContain('hunter2');
  });

  it('H13: sends a bearer_token, and does not log it', async () => {
    const { exitCode, stderr } = await push({ url: receiver.url, bearer_token: 'hunter2' });

    expect(exitCode).toBe(0);
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer hunter2');
    expect(stderr).not.toContain('hunter2');
  });
});

async function push(block: object, env: Readonly<Record<string, string>> = {}) {
  const config = {
    retry_budget: '0s',
    source: { files: { paths: ['examples/scan-results'] } },
    log: { format: 'json' },
    remote_write: [block],
  };
  return runCli(['push', '--config', files.write('config.yaml', stringify(config))], { env });
}
