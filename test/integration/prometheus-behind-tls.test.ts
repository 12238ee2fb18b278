import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { findServer } from '../../scripts/servers/find-server.ts';
import { SecretFiles } from '../support/access/secret-files.ts';
import { type CliRun, runCli } from '../support/cli/run-cli.ts';
import { makeCertificates } from '../support/fake-storage/certificates.ts';
import { type ForwardProxy, startForwardProxy } from '../support/network/forward-proxy.ts';
import { availabilityOf } from '../support/real-servers/real-servers.ts';
import { type ServerProcess, spawnServer } from '../support/real-servers/server-process.ts';

/** bcrypt of `let-me-write`. */
const HASH = '$2b$05$jUQ5u5djrhhjHJfoVFoCxujtH/L7ZO31l5rfr1rETP3XnD4a.kMT.';

const certificates = makeCertificates({ user: 'agent' });
const prometheus = await availabilityOf('prometheus');

const files = new SecretFiles();
let server: ServerProcess;
let proxy: ForwardProxy;
let port: number;

describe.skipIf(prometheus.missing)(`a real ${prometheus.label} behind TLS and a password`, () => {
  beforeAll(async () => {
    files.open();
    server = await startPrometheusBehindTls();
    port = await readyPort();
    proxy = await startForwardProxy();
  });
  afterAll(async () => {
    await Promise.all([server.stop(), proxy.close()]);
    files.remove();
  });

  it('H13: stores samples that are sent with the right password, certificate and CA', async () => {
    const run = await push('direct', {});

    expect(run.exitCode).toBe(0);
    expect(await query('count({__name__=~"kubescape_.+",cluster="direct"})')).toBeGreaterThan(10);
  });

  it('H13: stores samples that are sent through a forward proxy', async () => {
    const run = await push('proxied', { proxy_url: proxy.url });

    expect(run.exitCode).toBe(0);
    expect(proxy.tunnels.map(({ target }) => target)).toContain(`localhost:${port}`);
    expect(await query('count({__name__=~"kubescape_.+",cluster="proxied"})')).toBeGreaterThan(10);
  });

  it.each`
    what                       | change                                                        | message
    ${'another password'}      | ${{ basic_auth: { username: 'agent', password: 'hunter2' } }} | ${/answered 401 Unauthorized/}
    ${'no client certificate'} | ${{ tls_config: { ca: certificates.ca } }}                    | ${/no answer from https:\/\/localhost:\d+\/api\/v1\/write: /}
    ${'no CA'}                 | ${{ tls_config: {} }}                                         | ${/UNABLE_TO_VERIFY_LEAF_SIGNATURE/}
  `('H13, H14: fails with $what, and shows no secret', async ({ change, message }: FailCase) => {
    const run = await push('failed', change);

    expect(run.exitCode).not.toBe(0);
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toMatch(/hunter2|let-me-write/);
    expect(await query('count({__name__=~"kubescape_.+",cluster="failed"})')).toBe(0);
  });
});

interface FailCase {
  readonly change: Readonly<Record<string, unknown>>;
  readonly message: RegExp;
}

async function push(cluster: string, change: Readonly<Record<string, unknown>>): Promise<CliRun> {
  const config = {
    cluster,
    retry_budget: '0s',
    source: { files: { paths: ['examples/scan-results'] } },
    log: { format: 'json' },
    remote_write: [
      {
        url: `https://localhost:${port}/api/v1/write`,
        basic_auth: { username: 'agent', password_file: files.write('password', 'let-me-write\n') },
        tls_config: {
          ca_file: files.write('ca.crt', certificates.ca),
          cert_file: files.write('tls.crt', certificates.client.cert),
          key_file: files.write('tls.key', certificates.client.key),
        },
        ...change,
      },
    ],
  };
  return runCli(['push', '--config', files.write('config.yaml', stringify(config))]);
}

async function startPrometheusBehindTls(): Promise<ServerProcess> {
  const webConfig = {
    tls_server_config: {
      cert_file: files.write('server.crt', certificates.server.cert),
      key_file: files.write('server.key', certificates.server.key),
      client_ca_file: files.write('client-ca.crt', certificates.ca),
      client_auth_type: 'RequireAndVerifyClientCert',
    },
    basic_auth_users: { agent: HASH },
  };
  return spawnServer({
    name: 'prometheus',
    binary: await findServer('prometheus'),
    args: async (dataFolder) => [
      `--config.file=${files.write('prometheus.yml', 'global: {}\n')}`,
      `--web.config.file=${files.write('web.yml', stringify(webConfig))}`,
      `--storage.tsdb.path=${dataFolder}/tsdb`,
      '--web.listen-address=127.0.0.1:0',
      '--web.enable-remote-write-receiver',
    ],
  });
}

async function readyPort(): Promise<number> {
  for (let polls = 0; polls < 600 && !server.hasExited(); polls++) {
    const found = /Listening on.*address=127\.0\.0\.1:(\d+)/.exec(server.log())?.[1];
    port = Number(found ?? 0);
    if (port > 0 && (await get('/-/ready').catch(() => undefined))?.status === 200) return port;
    await sleep(50);
  }
  throw new Error(`prometheus was not ready; it said: ${server.log()}`);
}

/** Returns the value of an instant query, or 0 if there is none. */
async function query(promql: string): Promise<number> {
  const { body } = await get(`/api/v1/query?query=${encodeURIComponent(promql)}`);
  return Number(/"value":\[[\d.]+,"(\d+)"\]/.exec(body)?.[1] ?? 0);
}

async function get(path: string): Promise<{ readonly status: number; readonly body: string }> {
  const { ca, client } = certificates;
  const options = { host: 'localhost', port, path, auth: 'agent:let-me-write', ca, ...client };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const { statusCode: status = 0 } = response;
      text(response).then((body) => resolve({ status, body }), reject);
    });
    sent.on('error', reject).end();
  });
}
