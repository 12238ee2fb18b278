import { afterEach, describe, expect, it, vi } from 'vitest';

import { messageOf, writerFor } from '../support/access/write-access.ts';
import { makeCertificates } from '../support/fake-storage/certificates.ts';
import {
  type RecordingOptions,
  type RecordingServer,
  startRecordingServer,
} from '../support/network/recording-server.ts';
import {
  type SocksProxy,
  type SocksProxyOptions,
  startSocksProxy,
} from '../support/network/socks-proxy.ts';

const { ca, server: certificate } = makeCertificates({ serverNames: ['far.example'] });

const servers: { readonly close: () => Promise<void> }[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map(async (server) => server.close()));
});

describe('a SOCKS5 proxy', () => {
  it.each`
    target     | scheme                  | protocol
    ${'http'}  | ${{}}                   | ${'socks5'}
    ${'https'} | ${{ tls: certificate }} | ${'socks5'}
    ${'https'} | ${{ tls: certificate }} | ${'socks5h'}
  `(
    'with $protocol:// gets the name of a receiver with $target, and its connection is reused',
    async ({ target, scheme, protocol }: Case) => {
      const { server, proxy } = await start(scheme);
      const writer = writerFor({
        url: `${target}://far.example:${server.port}/api/v1/write`,
        tls_config: { ca },
        proxy_url: proxy.url.replace('socks5', protocol),
      });

      expect(await writer.write()).toMatchObject({ status: 'success' });
      expect(await writer.write()).toMatchObject({ status: 'success' });

      expect(proxy.targets).toEqual([`far.example:${server.port}`]);
      expect(server.requests.map(({ url }) => url)).toEqual(['/api/v1/write', '/api/v1/write']);
    },
  );

  it('gets the user name and password', async () => {
    const { server, proxy } = await start({}, { login: 'us er:p@ss%' });
    const proxyUrl = proxy.url.replace('//', '//us%20er:p%40ss%25@');

    const result = await writerFor({ url: urlOf(server), proxy_url: proxyUrl }).write();

    expect(result).toMatchObject({ status: 'success' });
    expect(proxy.logins).toEqual(['us er:p@ss%']);
  });

  it.each(['//', '//user:wrong-password@'])(
    'that rejects the credentials in %s is not asked again',
    async (authority) => {
      const { server, proxy } = await start({}, { login: 'user:right-password' });
      const proxyUrl = proxy.url.replace('//', authority);

      const result = await writerFor({ url: urlOf(server), proxy_url: proxyUrl }).write();

      expect(result.status).toBe('rejected');
      expect(messageOf(result)).toMatch(/: the SOCKS proxy rejected the user name and password$/);
      expect(messageOf(result)).not.toContain('wrong-password');
    },
  );

  it.each([
    [1, 'Failure'],
    [2, 'NotAllowed'],
    [3, 'NetworkUnreachable'],
    [4, 'HostUnreachable'],
    [5, 'ConnectionRefused'],
  ])('causes a retryable error if it replies %i', async (reply, reason) => {
    const { server, proxy } = await start({}, { reply });

    const result = await writerFor({ url: urlOf(server), proxy_url: proxy.url }).write();

    expect(result.status).toBe('retryable');
    expect(messageOf(result)).toMatch(
      new RegExp(`: the SOCKS proxy rejected the connection \\(${reason}\\)$`),
    );
  });

  it('that is silent is abandoned after the timeout, and its connection is closed', async () => {
    const { server, proxy } = await start({}, { isSilent: true });
    const block = { url: urlOf(server), proxy_url: proxy.url, remote_timeout: '200ms' };

    const result = await writerFor(block).write();

    expect(messageOf(result)).toMatch(/: timed out after 200 ms$/);
    await vi.waitFor(() => expect(proxy.open()).toBe(0), 2000);
  });

  it('causes a retryable error if it is an HTTP server', async () => {
    const { server } = await start({});

    const block = { url: urlOf(server), proxy_url: server.url.replace('http', 'socks5') };
    const result = await writerFor(block).write();

    expect(result.status).toBe('retryable');
    expect(messageOf(result)).toMatch(/: the proxy does not speak SOCKS5$/);
  });

  it('can be named in the environment', async () => {
    const { server, proxy } = await start({});
    vi.stubEnv('HTTP_PROXY', proxy.url);
    vi.stubEnv('NO_PROXY', '');

    const block = { url: urlOf(server), proxy_from_environment: true };

    expect(await writerFor(block).write()).toMatchObject({ status: 'success' });
    expect(proxy.targets).toHaveLength(1);
  });

  it('checks the certificate of the receiver', async () => {
    const { server, proxy } = await start({ tls: certificate });
    const url = urlOf(server).replace('http', 'https');

    const result = await writerFor({ url, proxy_url: proxy.url }).write();

    expect(messageOf(result)).toMatch(/: the certificate is signed by an unknown CA/);
  });
});

interface Case {
  readonly target: string;
  readonly scheme: RecordingOptions;
  readonly protocol: string;
}

function urlOf({ port }: RecordingServer): string {
  return `http://far.example:${port}/`;
}

async function start(
  options: RecordingOptions,
  proxyOptions: SocksProxyOptions = {},
): Promise<{ readonly server: RecordingServer; readonly proxy: SocksProxy }> {
  const server = await startRecordingServer(options);
  const proxy = await startSocksProxy(proxyOptions);
  servers.push(server, proxy);
  return { server, proxy };
}
