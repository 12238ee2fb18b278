import type { Agent } from 'node:http';
import { Readable } from 'node:stream';

import axios, {
  type AxiosInstance,
  type AxiosProxyConfig,
  type AxiosRequestConfig,
  type AxiosResponse,
} from 'axios';

import type { ProxyOptions, TlsOptions } from '../access-options.ts';
import { findProxy } from '../proxy/proxy.ts';
import type { SecretMemory } from '../secrets/secret-memory.ts';
import { Agents } from './agents.ts';
import { nodeRequest } from './node-request.ts';
import { findProxyRefusal, refusedByProxy } from './proxy-refusal.ts';
import { systemCaReader } from './system-cas.ts';
import { TlsSettings } from './tls-settings.ts';

export interface TransportOptions {
  /** Only the origin is used. */
  readonly url: URL;
  readonly tls?: TlsOptions;
  readonly proxy?: ProxyOptions;
  /** Maximum number of parallel connections. */
  readonly maxSockets: number;
  /** Whether connections are reused. Default: true. */
  readonly keepAlive?: boolean;
  /** Timeout for an unresponsive proxy while connecting, in milliseconds. */
  readonly timeoutMs: number;
  readonly memory: SecretMemory;
}

/** Sends HTTP/1.1 requests to one origin, through a proxy if one is configured. Reuses connections by default. */
export class Transport {
  readonly #axios: AxiosInstance;
  readonly #tls: TlsSettings;
  readonly #agents: Agents;
  readonly #forward: AxiosProxyConfig | false;

  constructor(options: TransportOptions) {
    const { url, proxy: proxyOptions, memory } = options;
    const proxy = proxyOptions && findProxy(proxyOptions, url);
    if (proxy !== undefined) memory.keep(...proxy.secrets);
    // An HTTP proxy opens a tunnel for https. For http, it receives the request itself.
    const hasTunnel = url.protocol === 'https:' || proxy?.url.protocol.startsWith('socks');
    const tunnel = hasTunnel ? proxy : undefined;
    const forward = tunnel === undefined ? proxy?.url : undefined;
    const { protocol } = forward ?? url;
    this.#tls = createTlsSettings(options, [protocol, url.protocol]);
    this.#agents = new Agents({ ...options, protocol, tunnel });
    this.#forward = forward !== undefined && toForwardProxy(forward);
    this.#axios = axios.create({
      // A redirected POST may become a GET without a body, which the server may answer with a success.
      maxRedirects: 0,
      transport: nodeRequest,
      maxBodyLength: Infinity,
      validateStatus: () => true,
    });
  }

  /** @throws {AccessError} The certificates are unusable, or the proxy rejected its credentials. */
  async request<T>(config: AxiosRequestConfig): Promise<AxiosResponse<T>> {
    const agent: Agent = await this.#agents.get(await this.#tls.read());
    const response = await this.#axios
      // Turns off axios' own proxy support: proxies in the environment require `proxy_from_environment`.
      .request<T>({ ...config, httpAgent: agent, httpsAgent: agent, proxy: this.#forward })
      .catch((error: unknown) => {
        throw findProxyRefusal(error) ?? error;
      });
    const { status, data } = response;
    if (status !== 407 || this.#forward === false) return response;
    if (data instanceof Readable) data.destroy();
    throw refusedByProxy();
  }
}

/** Without TLS, an invalid CA file in the environment does not matter. */
function createTlsSettings(
  { tls, memory }: TransportOptions,
  protocols: readonly string[],
): TlsSettings {
  const usesTls = protocols.includes('https:');
  return new TlsSettings(tls, memory, usesTls ? systemCaReader() : async () => undefined);
}

function toForwardProxy({ protocol, hostname, port, username, password }: URL): AxiosProxyConfig {
  const standard = protocol === 'https:' ? 443 : 80;
  const auth = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  const hasAuth = username !== '' || password !== '';
  return {
    protocol,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? standard : Number(port),
    ...(hasAuth && { auth }),
  };
}
