import * as z from 'zod';

import type { ProxyOptions } from '../http/access-options.ts';
import { findUnusableVariables, proxyProtocol, proxyProtocolAdvice } from '../http/proxy/proxy.ts';
import { ConfigError } from './config-error.ts';
import { headerName, headerValue } from './http-headers.ts';

const ConnectHeaders = z.record(
  z.string().regex(headerName, 'must be a valid header name'),
  z.array(
    z.string().regex(headerValue, 'must not contain characters that are not allowed in a header'),
  ),
);

/** Proxy keys, at the top level of a receiver block or of its `oauth2` block. */
export const proxyFields = {
  proxy_url: z
    .url({ protocol: proxyProtocol, error: proxyProtocolAdvice })
    .optional()
    .describe(
      'HTTP or SOCKS5 proxy, with user and password if it requires them, such as `socks5://proxy.example:1080`.',
    ),
  no_proxy: z
    .string()
    .optional()
    .describe('Hosts, domains, addresses and CIDRs to connect to directly, separated by commas.'),
  proxy_from_environment: z
    .boolean()
    .default(false)
    .describe('Use the proxy in `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.'),
  proxy_connect_header: ConnectHeaders.optional().describe(
    'Headers for the CONNECT request to an HTTP proxy. Each has a list of values. Only used for https.',
  ),
};

interface ProxyConfig {
  readonly proxy_url?: string | undefined;
  readonly no_proxy?: string | undefined;
  readonly proxy_from_environment: boolean;
  readonly proxy_connect_header?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Applies the rules of Prometheus' `http_config`. */
export function checkProxy({ value, issues }: z.core.ParsePayload<ProxyConfig>): void {
  for (const message of proxyProblems(value)) {
    issues.push({ code: 'custom', input: undefined, message });
  }
}

function* proxyProblems(config: ProxyConfig): Generator<string> {
  const isFromEnvironment = config.proxy_from_environment;
  const noProxy = config.no_proxy !== undefined;
  if (config.proxy_url === undefined && !isFromEnvironment) {
    if (noProxy) yield 'no_proxy has no effect without proxy_url; set proxy_url or remove no_proxy';
    if (config.proxy_connect_header)
      yield 'proxy_connect_header has no effect without a proxy; set proxy_url or remove proxy_connect_header';
    return;
  }
  if (!isFromEnvironment) return;
  if (config.proxy_url !== undefined) {
    yield 'set either proxy_url or proxy_from_environment, not both';
  }
  if (noProxy)
    yield 'with proxy_from_environment, set the environment variable NO_PROXY instead of no_proxy';
}

/** @throws {ConfigError} `proxy_from_environment` is set, and the environment contains an unusable URL. */
export function toProxyOptions(config: ProxyConfig): ProxyOptions | undefined {
  if (config.proxy_url === undefined && !config.proxy_from_environment) return undefined;
  const [unusable] = config.proxy_from_environment ? findUnusableVariables() : [];
  if (unusable !== undefined) {
    throw new ConfigError(`proxy_from_environment: the URL in ${unusable} ${proxyProtocolAdvice}`);
  }
  return {
    url: config.proxy_url,
    noProxy: config.no_proxy ?? '',
    connectHeaders: config.proxy_connect_header ?? {},
  };
}
