import { once } from 'node:events';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { printCredential } from '../support/kubernetes/access-files.ts';
import {
  type AccessLab,
  ask,
  certificates,
  startLab,
  statusOf,
} from '../support/kubernetes/access-lab.ts';
import { startAccessServer, startConnectProxy } from '../support/kubernetes/access-server.ts';

let lab: AccessLab;

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await lab.close();
});

describe('a request', () => {
  it('reuses the connection and sends the headers of an API client', async () => {
    const { cluster, files, open, server } = lab;
    const access = await open({
      kubeconfig: files.kubeconfig({ cluster, user: { token: 'one' } }),
    });

    const answer = await ask(access, { query: { limit: '5' } });
    const body: unknown = JSON.parse(await text(answer.body));
    await statusOf(access);

    expect(answer).toMatchObject({ status: 200, retryAfter: '7' });
    expect(body).toMatchObject({ url: '/api?limit=5' });
    expect(server.connections()).toBe(1);
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        authorization: 'Bearer one',
        'user-agent': 'kubescape-push/1.2.3',
      },
    });
  });

  it('posts JSON, and keeps the path prefix of the server', async () => {
    const { cluster, files, open, server } = lab;
    const behind = { ...cluster, server: `${server.url}/k8s/clusters/c-1/` };
    const access = await open({ kubeconfig: files.kubeconfig({ cluster: behind }) });

    await statusOf(access, { method: 'POST', path: '/apis/a', json: { a: 1 } });

    expect(access.server).toBe(`${server.url}/k8s/clusters/c-1`);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/k8s/clusters/c-1/apis/a',
      body: Buffer.from('{"a":1}'),
      headers: { 'content-type': 'application/json' },
    });
  });

  it('times out before the response head, but not during the body', async () => {
    const { cluster, files, open, server } = lab;
    const access = await open({ kubeconfig: files.kubeconfig({ cluster }) });

    await expect(ask(access, { path: '/silent', timeoutMs: 50 })).rejects.toThrow(
      `no answer from ${server.url}: timed out after 50 ms`,
    );

    const controller = new AbortController();
    const { signal } = controller;
    const { body } = await ask(access, { path: '/endless', timeoutMs: 1000, signal });
    await once(body, 'data');
    controller.abort();
    await expect(text(body)).rejects.toThrow('aborted');
    expect(body.destroyed).toBe(true);
    await expect(ask(access, { signal })).rejects.toBe(signal.reason);
  });

  it('reports a truncated response, even before it is read', async () => {
    const { cluster, files, open } = lab;
    const access = await open({ kubeconfig: files.kubeconfig({ cluster }) });

    const [first, second] = [
      await ask(access, { path: '/broken' }),
      await ask(access, { path: '/broken' }),
    ];
    await sleep(100);

    await expect(text(first.body)).rejects.toThrow('aborted');
    await expect(text(second.body)).rejects.toThrow('aborted');
  });

  it('reaches a server without TLS', async () => {
    const plain = await startAccessServer(undefined);
    const { files, open } = lab;
    const user = { username: 'me', password: 'pässword', as: 'other', 'as-groups': ['a', 'b'] };
    const access = await open({
      kubeconfig: files.kubeconfig({ cluster: { server: plain.url }, user }),
    });

    expect(await statusOf(access)).toBe(200);

    expect(plain.requests[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('me:pässword').toString('base64')}`,
      'impersonate-user': 'other',
      'impersonate-group': 'a, b',
    });
    await plain.close();
  });

  it('uses the proxy of the cluster', async () => {
    const proxy = await startConnectProxy();
    const { cluster, files, open, server } = lab;
    const through = { ...cluster, 'proxy-url': proxy.url };
    const access = await open({ kubeconfig: files.kubeconfig({ cluster: through }) });

    expect([await statusOf(access), await statusOf(access)]).toEqual([200, 200]);

    const authorization = `Basic ${btoa('user:secret-of-proxy')}`;
    expect(proxy.tunnels).toMatchObject([
      { target: `127.0.0.1:${server.port}`, headers: { 'proxy-authorization': authorization } },
    ]);
    await proxy.close();
  });
});

describe('an exec plugin', () => {
  it.each`
    what                       | status
    ${'without expiry'}        | ${{ token: 'one' }}
    ${'with a distant expiry'} | ${{ token: 'one', expirationTimestamp: '2999-01-01T00:00:00Z' }}
  `('runs once for a credential $what', async ({ status }: PluginCase) => {
    const { cluster, clock, files, open, server } = lab;
    const exec = files.plugin(printCredential(status));
    const access = await open({ kubeconfig: files.kubeconfig({ cluster, user: { exec } }) });

    await Promise.all([statusOf(access), statusOf(access)]);
    clock.nowMs += 3_600_000;
    await statusOf(access);

    expect(files.pluginStarts()).toBe(1);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array(3).fill('Bearer one'),
    );
  });

  it('runs again when its credential has expired', async () => {
    const { cluster, clock, files, open, server } = lab;
    const expirationTimestamp = new Date(clock.nowMs + 60_000).toISOString();
    const exec = files.plugin(printCredential({ token: 'one', expirationTimestamp }));
    const access = await open({ kubeconfig: files.kubeconfig({ cluster, user: { exec } }) });

    await statusOf(access);
    files.plugin(printCredential({ token: 'two', expirationTimestamp }));
    clock.nowMs += 59_999;
    await statusOf(access);
    clock.nowMs += 1;
    await statusOf(access);

    expect(files.pluginStarts()).toBe(2);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer one',
      'Bearer one',
      'Bearer two',
    ]);
  });

  it('runs only once more when the server rejects its credential', async () => {
    const { cluster, files, open, server } = lab;
    server.accepted.add('Bearer two');
    const exec = files.plugin(printCredential({ token: 'one' }));
    const access = await open({ kubeconfig: files.kubeconfig({ cluster, user: { exec } }) });

    expect(await statusOf(access)).toBe(401);
    expect(await statusOf(access)).toBe(401);
    expect(files.pluginStarts()).toBe(2);
    expect(server.requests).toHaveLength(3);
  });

  it('may return a client certificate, and gets the cluster information', async () => {
    const strict = await startLab({ ca: certificates.ca, requestCert: true });
    const { cert, key } = certificates.client;
    const credential = printCredential({ clientCertificateData: cert, clientKeyData: key });
    const exec = {
      ...strict.files.plugin(`
        const { spec, kind } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
        if (kind !== 'ExecCredential' || spec.interactive) process.exit(3);
        if (spec.cluster.server !== process.env.EXPECTED) process.exit(4);
        ${credential}`),
      provideClusterInfo: true,
      env: [{ name: 'EXPECTED', value: strict.server.url }],
    };
    const kubeconfig = strict.files.kubeconfig({ cluster: strict.cluster, user: { exec } });

    expect(await statusOf(await strict.open({ kubeconfig }))).toBe(200);

    await strict.close();
  });
});

describe('a client certificate', () => {
  it('authenticates, as inline data or as files relative to the kubeconfig', async () => {
    const strict = await startLab({ ca: certificates.ca, requestCert: true });
    const { cluster, files, open, server } = strict;
    const { cert, key } = certificates.client;
    files.write('pki/client.crt', cert);
    files.write('pki/client.key', key);
    const inline = { 'client-certificate-data': btoa(cert), 'client-key-data': btoa(key) };
    const asFiles = { 'client-certificate': 'pki/client.crt', 'client-key': 'pki/client.key' };

    for (const user of [inline, asFiles]) {
      const access = await open({ kubeconfig: files.kubeconfig({ cluster, user }) });
      expect(await statusOf(access)).toBe(200);
    }

    const stranger = await open({ kubeconfig: files.kubeconfig({ cluster }) });
    await expect(ask(stranger)).rejects.toThrow(
      `no answer from ${server.url}: the server requires a client certificate`,
    );
    await strict.close();
  });
});

describe('a service account', () => {
  it('uses a rotated token immediately after a rejection, else within 30 seconds', async () => {
    const { clock, files, open, server } = lab;
    const rootPath = createPod();
    rotate('one');
    const access = await open({ rootPath });
    expect(access.origin).toBe('in-cluster service account');
    expect(await statusOf(access)).toBe(200);

    rotate('two');
    expect(await statusOf(access)).toBe(200);
    rotate('three');
    const statuses = await Promise.all([1, 2, 3].map(async () => statusOf(access)));
    expect(statuses).toEqual([200, 200, 200]);

    const requestsBefore = server.requests.length;
    rotate('four');
    clock.nowMs += 30_000;
    expect(await statusOf(access)).toBe(200);
    expect(server.requests).toHaveLength(requestsBefore + 1);

    function createPod(): string {
      const root = join(files.directory, 'pod');
      const folder = join(root, 'var/run/secrets/kubernetes.io/serviceaccount');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'ca.crt'), certificates.ca);
      vi.stubEnv('KUBERNETES_SERVICE_HOST', '127.0.0.1');
      vi.stubEnv('KUBERNETES_SERVICE_PORT', String(server.port));
      vi.stubEnv('KUBECONFIG', undefined);
      return root;
    }

    function rotate(token: string): void {
      const folder = join(rootPath, 'var/run/secrets/kubernetes.io/serviceaccount');
      writeFileSync(join(folder, 'next'), `${token}\n`);
      renameSync(join(folder, 'next'), join(folder, 'token'));
      server.accepted.clear();
      server.accepted.add(`Bearer ${token}`);
    }
  });
});

interface PluginCase {
  readonly status: Readonly<Record<string, unknown>>;
}
