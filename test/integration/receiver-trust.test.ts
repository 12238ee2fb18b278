import { mkdirSync } from 'node:fs';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { createKubeconfigAccess } from '../../src/kubernetes/login/kubeconfig-access.ts';
import { useSecretFiles } from '../support/access/secret-files.ts';
import { messageOf, writerFor } from '../support/access/write-access.ts';
import { makeCertificates } from '../support/fake-storage/certificates.ts';
import { useRecordingServers } from '../support/network/recording-server.ts';

const ours = makeCertificates();
const others = makeCertificates();

const files = useSecretFiles();
const start = useRecordingServers();
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('CAs in the environment', () => {
  it.each`
    variable           | value
    ${'SSL_CERT_FILE'} | ${() => files.write('bundle.pem', `# A comment\n${ours.ca}`)}
    ${'SSL_CERT_DIR'}  | ${() => `${files.directory}/none`}
  `('are trusted: $variable', async ({ variable, value }: VariableCase) => {
    const server = await start({ tls: ours.server });
    mkdirSync(`${files.directory}/none`);
    files.write('none/ca.crt', ours.ca);
    files.write('none/README', 'no certificate');
    vi.stubEnv(variable, value());

    const result = await writerFor({ url: server.url }).write();

    expect(messageOf(result)).toBe('');
  });

  it('do not replace the CAs in tls_config', async () => {
    const server = await start({ tls: ours.server });
    vi.stubEnv('SSL_CERT_FILE', files.write('ca.crt', ours.ca));

    const result = await writerFor({ url: server.url, tls_config: { ca: others.ca } }).write();

    expect(result.status).toBe('retryable');
  });

  it('are read again when SSL_CERT_FILE changes', async () => {
    const server = await start({ tls: ours.server });
    vi.stubEnv('SSL_CERT_FILE', files.write('ca.crt', others.ca));
    const writer = writerFor({ url: server.url });

    const before = await writer.write();
    files.write('ca.crt', ours.ca);
    const after = await writer.write();

    expect([before.status, after.status]).toEqual(['retryable', 'success']);
  });

  it('are trusted for a token server and the API server', async () => {
    const server = await start({
      tls: ours.server,
      answer: () => ({ status: 200, body: '{"access_token":"t-1","token_type":"Bearer"}' }),
    });
    vi.stubEnv('SSL_CERT_FILE', files.write('ca.crt', ours.ca));
    const oauth2 = { client_id: 'agent', client_secret: 's-1', token_url: server.url };
    const kubeconfig = files.write('kubeconfig', kubeconfigFor(server.url));
    const { signal } = new AbortController();

    const result = await writerFor({ url: server.url, oauth2 }).write();
    const access = await createKubeconfigAccess({ kubeconfig, userAgent: 'test' }, signal);
    const answer = await access.request({ path: '/version', timeoutMs: 5000, signal });
    answer.body.destroy();
    access.close();

    expect(messageOf(result)).toBe('');
    expect(answer.status).toBe(200);
  });

  it.each`
    content       | message
    ${'not a CA'} | ${/SSL_CERT_FILE: .+ contains no certificate in PEM format$/}
    ${undefined}  | ${/SSL_CERT_FILE: cannot read .+ \(ENOENT\)$/}
  `('cause a clear error: $content', async ({ content, message }: ContentCase) => {
    const server = await start({ tls: ours.server });
    const plain = await start();
    const path = `${files.directory}/bundle.pem`;
    if (content !== undefined) files.write('bundle.pem', content);
    vi.stubEnv('SSL_CERT_FILE', path);

    expect(messageOf(await writerFor({ url: server.url }).write())).toMatch(message);
    expect(messageOf(await writerFor({ url: plain.url }).write())).toBe('');
  });
});

describe('NODE_TLS_REJECT_UNAUTHORIZED', () => {
  it('has no effect on any client', async () => {
    const server = await start({ tls: ours.server });
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const oauth2 = { client_id: 'agent', client_secret: 's-1', token_url: server.url };
    const kubeconfig = files.write('kubeconfig', kubeconfigFor(server.url));
    const { signal } = new AbortController();
    const access = await createKubeconfigAccess({ kubeconfig, userAgent: 'test' }, signal);
    const proxyUrl = server.url.replace('127.0.0.1', 'localhost');

    const blocks = [
      { url: server.url },
      { url: server.url, tls_config: {} },
      { url: 'http://far.example/', oauth2 },
      { url: 'http://far.example/', proxy_url: proxyUrl },
      { url: 'https://far.example/', proxy_url: proxyUrl },
    ];
    const results = await Promise.all(blocks.map(async (block) => writerFor(block).write()));

    for (const result of results) expect(messageOf(result)).toContain('signed by an unknown CA');
    await expect(access.request({ path: '/version', timeoutMs: 5000, signal })).rejects.toThrow(
      'signed by an unknown CA',
    );
    expect(server.requests).toEqual([]);
  });
});

function kubeconfigFor(server: string): string {
  const named = { name: 'c' };
  return JSON.stringify({
    'current-context': 'c',
    contexts: [{ ...named, context: { cluster: 'c', user: 'c' } }],
    clusters: [{ ...named, cluster: { server } }],
    users: [{ ...named, user: { token: 'secret' } }],
  });
}

interface VariableCase {
  readonly variable: string;
  readonly value: () => string;
}

interface ContentCase {
  readonly content: string | undefined;
  readonly message: RegExp;
}
