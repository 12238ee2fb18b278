import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';

import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { withClientCertificate, withToken } from './access.ts';
import { makeCertificates } from './certificates.ts';
import type { FakeStorage, FakeStorageOptions } from './fake-storage.ts';
import { startFakeStorage } from './fake-storage.ts';
import type { KubeconfigOptions } from './kubeconfig.ts';
import { tokenPlugin, writeKubeconfig } from './kubeconfig.ts';

const certificates = makeCertificates({ user: 'jane', groups: ['auditors', 'staff'] });
const { ca, server: tls, client } = certificates;

let dir: string;
let storage: FakeStorage | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fake-storage-'));
});

afterEach(async () => {
  await storage?.close();
  rmSync(dir, { recursive: true });
});

async function start(authenticate: FakeStorageOptions['authenticate']): Promise<FakeStorage> {
  storage = await startFakeStorage({
    tls: { ...tls, ca, requestCert: true },
    authenticate,
    forbid: () => true,
  });
  return storage;
}

/** Asks for a list by the official client's reading of a kubeconfig. */
async function askWith(path: string): Promise<unknown> {
  const config = new KubeConfig();
  config.loadFromFile(path);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { server = '' } = config.getCurrentCluster() ?? {};
  return askTls(`${server}/api/v1/namespaces/default/configmaps/a`, options);
}

async function askTls(url: string, options: RequestOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request(url, { ...options, agent: false }, (response) => {
      json(response).then(resolve, reject);
    })
      .once('error', reject)
      .end();
  });
}

describe('a kubeconfig', () => {
  const forJane = {
    message:
      'configmaps "a" is forbidden: User "jane" cannot get resource "configmaps" in API group "" in the namespace "default"',
  };

  it.each<[string, Omit<KubeconfigOptions, 'dir'>]>([
    ['a token', { ca, user: { token: 'right' } }],
    ['a login plugin', { ca, user: { exec: tokenPlugin('right') } }],
    ['no trust in the server', { insecureSkipTlsVerify: true, user: { token: 'right' } }],
  ])('lets its user in with %s', async (_what, options) => {
    const fake = await start(withToken('right', 'jane'));

    expect(await askWith(writeKubeconfig(fake, { dir, ...options }))).toMatchObject(forJane);
  });

  it.each([false, true])('lets in a certificate, in files: %s', async (asFiles) => {
    const fake = await start(withClientCertificate());
    const path = writeKubeconfig(fake, { dir, ca, asFiles, user: { certificate: client } });

    expect(await askWith(path)).toMatchObject(forJane);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does not let in a certificate of another CA', async () => {
    const fake = await start(withClientCertificate());
    const user = { certificate: makeCertificates().client };

    expect(await askWith(writeKubeconfig(fake, { dir, ca, user }))).toMatchObject({ code: 401 });
  });

  it('names what it is told to', () => {
    const path = writeKubeconfig(
      { url: 'https://127.0.0.1:1' },
      { dir, context: 'prod', namespace: 'security' },
    );

    const config = new KubeConfig();
    config.loadFromFile(path);
    expect(config.getCurrentContext()).toBe('prod');
    expect(config.getContextObject('prod')).toMatchObject({ namespace: 'security', user: 'prod' });
    expect(readFileSync(path, 'utf8')).not.toContain('token');
  });
});

describe('certificates', () => {
  it('are well formed, and signed by their CA', () => {
    const authority = new X509Certificate(ca);

    for (const { cert } of [tls, client]) {
      expect(new X509Certificate(cert).verify(authority.publicKey)).toBe(true);
      expect(new X509Certificate(cert).checkIssued(authority)).toBe(true);
    }
    expect(authority.ca).toBe(true);
    expect(new X509Certificate(tls.cert).subjectAltName).toBe(
      'IP Address:127.0.0.1, DNS:localhost',
    );
    expect(new X509Certificate(client.cert).subject).toBe('O=auditors\nO=staff\nCN=jane');
  });

  it('are of no use to whoever trusts another CA', async () => {
    const fake = await start(() => true);

    const asked = askTls(fake.url, { ca: makeCertificates().ca });

    await expect(asked).rejects.toThrow(/certificate/);
  });

  it('can have ended', async () => {
    const old = makeCertificates({ serverExpired: true });
    storage = await startFakeStorage({ tls: old.server });

    await expect(askTls(storage.url, { ca: old.ca })).rejects.toMatchObject({
      code: 'CERT_HAS_EXPIRED',
    });
  });
});
