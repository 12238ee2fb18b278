import { afterEach, describe, expect, it, vi } from 'vitest';

import { messageOf, writerFor } from '../support/access/write-access.ts';
import { makeCertificates } from '../support/fake-storage/certificates.ts';
import {
  type ForwardProxy,
  type ForwardProxyOptions,
  startForwardProxy,
} from '../support/network/forward-proxy.ts';
import {
  type RecordingOptions,
  type RecordingServer,
  startRecordingServer,
} from '../support/network/recording-server.ts';

const { ca, server: certificate } = makeCertificates({ serverNames: ['localhost', 'far.example'] });
const environment = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

const servers: { readonly close: () => Promise<void> }[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map(async (server) => server.close()));
});

describe('H13: a forward proxy', () => {
  it('opens a tunnel for https, and reuses it', async () => {
    const { server, proxy } = await start({ tls: certificate });
    const writer = writerFor({
      url: `https://far.example:${server.port}/api/v1/write?a=b`,
      tls_config: { ca },
      authorization: { credentials: 'for-the-receiver' },
      proxy_url: proxy.url.replace('//', '//us%20er:p%40ss@'),
      proxy_connect_header: { 'X-Proxy': ['one', 'two'] },
    });

    expect(await writer.write()).toMatchObject({ status: 'success' });
    expect(await writer.write()).toMatchObject({ status: 'success' });

    expect(proxy.tunnels.map(({ target }) => target)).toEqual([`far.example:${server.port}`]);
    expect(proxy.tunnels[0]?.headers).toMatchObject({
      'proxy-authorization': `Basic ${btoa('us er:p@ss')}`,
      'x-proxy': 'one, two',
    });
    expect(proxy.tunnels[0]?.headers).not.toHaveProperty('authorization');
    expect(server.requests).toHaveLength(2);
    expect(server.connections()).toBe(1);
    expect(server.requests[0]).toMatchObject({
      url: '/api/v1/write?a=b',
      serverName: 'far.example',
      headers: { authorization: 'Bearer for-the-receiver' },
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    expect(server.requests[0]?.headers).not.toHaveProperty('x-proxy');
  });

  it('receives plain requests for http', async () => {
    const { server, proxy } = await start({});
    const writer = writerFor({
      url: `http://far.example:${server.port}/api/v1/write?a=b`,
      proxy_url: proxy.url.replace('//', '//user:p%40ss@'),
    });

    expect(await writer.write()).toMatchObject({ status: 'success' });
    expect(await writer.write()).toMatchObject({ status: 'success' });

    expect(proxy.tunnels).toEqual([]);
    expect(proxy.forwarded.map(({ url }) => url)).toEqual(
      Array.from({ length: 2 }, () => `http://far.example:${server.port}/api/v1/write?a=b`),
    );
    expect(proxy.forwarded[0]?.headers).toMatchObject({
      host: `far.example:${server.port}`,
      'proxy-authorization': `Basic ${btoa('user:p@ss')}`,
    });
    expect(proxy.connections()).toBe(1);
  });

  it.each`
    target     | scheme
    ${'https'} | ${{ tls: certificate }}
    ${'http'}  | ${{}}
  `('may use TLS itself, for $target', async ({ target, scheme }: TlsCase) => {
    const { server, proxy } = await start(scheme, { tls: certificate });
    const url = `${target}://far.example:${server.port}/`;

    const proxyUrl = proxy.url.replace('127.0.0.1', 'localhost');

    const result = await writerFor({ url, tls_config: { ca }, proxy_url: proxyUrl }).write();

    expect(result).toMatchObject({ status: 'success' });
    expect(proxy.tunnels.length + proxy.forwarded.length).toBe(1);
  });

  it.each([403, 502])('causes a retryable error if it answers %i', async (status) => {
    const { server, proxy } = await start({ tls: certificate }, { status });
    const proxyUrl = proxy.url.replace('//', '//user:secret@');

    const result = await writerFor({ url: server.url, proxy_url: proxyUrl }).write();

    expect(result.status).toBe('retryable');
    expect(messageOf(result)).toMatch(new RegExp(`: the proxy answered ${status}$`));
  });

  it.each`
    target     | scheme
    ${'https'} | ${{ tls: certificate }}
    ${'http'}  | ${{}}
  `('that answers 407 is not asked again, for $target', async ({ target, scheme }: TlsCase) => {
    const { server, proxy } = await start(scheme, { status: 407 });
    const url = `${target}://far.example:${server.port}/`;
    const proxyUrl = proxy.url.replace('//', '//user:secret@');

    const result = await writerFor({ url, proxy_url: proxyUrl }).write();

    expect(result.status).toBe('rejected');
    expect(messageOf(result)).toMatch(/: the proxy answered 407$/);
    expect(proxy.tunnels.length + proxy.forwarded.length).toBe(1);
    expect(server.requests).toEqual([]);
  });

  it('is not blamed for a 407 of the receiver', async () => {
    const server = await startRecordingServer({ answer: () => ({ status: 407 }) });
    servers.push(server);

    const result = await writerFor({ url: server.url }).write();

    expect(messageOf(result)).toMatch(/^receiver answered 407/);
  });

  it('that is silent is abandoned after the timeout, and its connection is closed', async () => {
    const { server, proxy } = await start({ tls: certificate }, { status: 0 });
    const closed = vi.fn<() => void>();
    proxy.server.on('connection', (socket) => socket.on('close', closed));

    const block = { url: server.url, proxy_url: proxy.url, remote_timeout: '200ms' };
    const result = await writerFor(block).write();

    expect(messageOf(result)).toMatch(/: timed out after 200 ms$/);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });

  it('causes a retryable error if it is unreachable', async () => {
    const { server } = await start({ tls: certificate });

    const result = await writerFor({ url: server.url, proxy_url: 'http://127.0.0.1:1' }).write();

    expect(messageOf(result)).toMatch(/\(ECONNREFUSED\)$/);
  });

  it('is bypassed for loopback addresses', async () => {
    const { server, proxy } = await start({});
    const block = { url: server.url, proxy_url: proxy.url, no_proxy: 'elsewhere.example' };

    await writerFor(block).write();

    expect(server.requests).toHaveLength(1);
    expect(proxy.forwarded).toEqual([]);
  });

  it.each`
    variable         | target     | scheme
    ${'HTTPS_PROXY'} | ${'https'} | ${{ tls: certificate }}
    ${'https_proxy'} | ${'https'} | ${{ tls: certificate }}
    ${'HTTP_PROXY'}  | ${'http'}  | ${{}}
  `(
    'is read from $variable only with proxy_from_environment',
    async ({ variable, target, scheme }: VariableCase) => {
      const { server, proxy } = await start(scheme);
      for (const name of environment) vi.stubEnv(name, '');
      vi.stubEnv(variable, proxy.url.replace('http://', ''));
      const url = `${target}://far.example:${server.port}/`;
      const block = { url, tls_config: { ca }, proxy_from_environment: true };

      expect(await writerFor(block).write()).toMatchObject({ status: 'success' });
      expect(proxy.tunnels.length + proxy.forwarded.length).toBe(1);

      const direct = await writerFor({ ...block, proxy_from_environment: false }).write();
      expect(messageOf(direct)).toMatch(/\((ENOTFOUND|EAI_AGAIN)\)$/);
    },
  );
});

interface TlsCase {
  readonly target: string;
  readonly scheme: RecordingOptions;
}

interface VariableCase extends TlsCase {
  readonly variable: string;
}

async function start(
  options: RecordingOptions,
  proxyOptions: ForwardProxyOptions = {},
): Promise<{ readonly server: RecordingServer; readonly proxy: ForwardProxy }> {
  const server = await startRecordingServer(options);
  const proxy = await startForwardProxy(proxyOptions);
  servers.push(server, proxy);
  return { server, proxy };
}
