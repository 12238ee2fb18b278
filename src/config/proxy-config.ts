import * as z from 'zod';

import type { ProxyOptions } from '../http/access-options.ts';
import { findUnusableVariables } from '../http/proxy/proxy.ts';
import { ConfigError } from './config-error.ts';
import { headerName, headerValue } from './http-headers.ts';

const ConnectHeaders = z.record(
  z.string().regex(headerName, 'is no header name'),
  z.array(z.string().regex(headerValue, 'has characters no header may have')),
);

/** Keys that stand directly in the block of a receiver, or of its OAuth 2.0 server. */
export const proxyFields = {
  proxy_url: z
    .url({ protocol: /^https?$/, error: 'is no http:// or https:// URL of a proxy' })
    .optional()
    .describe('HTTP proxy, with its user and password if it wants any.'),
  no_proxy: z
    .string()
    .optional()
    .describe('Hosts, domains, addresses and CIDRs that are reached directly, parted by commas.'),
  proxy_from_environment: z
    .boolean()
    .default(false)
    .describe('Whether `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are followed.'),
  proxy_connect_header: ConnectHeaders.optional().describe(
    'Headers for the proxy, each a list of values; sent with CONNECT, so only for https.',
  ),
};

interface ProxyConfig {
  readonly proxy_url?: string | undefined;
  readonly no_proxy?: string | undefined;
  readonly proxy_from_environment: boolean;
  readonly proxy_connect_header?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** The rules of Prometheus. */
export function checkProxy({ value, issues }: z.core.ParsePayload<ProxyConfig>): void {
  for (const message of proxyProblems(value)) {
    issues.push({ code: 'custom', input: undefined, message });
  }
}

function* proxyProblems(config: ProxyConfig): Generator<string> {
  const isOfEnvironment = config.proxy_from_environment;
  const noProxy = config.no_proxy !== undefined;
  if (config.proxy_url === undefined && !isOfEnvironment) {
    if (noProxy) yield 'no_proxy means nothing without proxy_url';
    if (config.proxy_connect_header) yield 'proxy_connect_header means nothing without a proxy';
    return;
  }
  if (!isOfEnvironment) return;
  if (config.proxy_url !== undefined) {
    yield 'proxy_url and proxy_from_environment exclude each other';
  }
  if (noProxy) yield 'no_proxy and proxy_from_environment exclude each other: set NO_PROXY';
}

/** @throws {ConfigError} The environment is to say the proxy, and says none that can be used. */
export function toProxyOptions(config: ProxyConfig): ProxyOptions | undefined {
  if (config.proxy_url === undefined && !config.proxy_from_environment) return undefined;
  const [unusable] = config.proxy_from_environment ? findUnusableVariables() : [];
  if (unusable !== undefined) {
    throw new ConfigError(`proxy_from_environment: ${unusable} holds no http:// or https:// URL`);
  }
  return {
    url: config.proxy_url,
    noProxy: config.no_proxy ?? '',
    connectHeaders: config.proxy_connect_header ?? {},
  };
}
