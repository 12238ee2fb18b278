import type { Cluster } from '@kubernetes/client-node';

import { AccessError } from '../../http/access-error.ts';
import { proxyProtocol } from '../../http/proxy/proxy.ts';

export interface ClusterAddress {
  /** Origin, for messages. */
  readonly server: string;
  /** Includes the path prefix if the server is behind a proxy. */
  readonly baseUrl: string;
}

/** @throws {AccessError} The address of the server or its proxy is invalid. */
export function parseAddress(cluster: Cluster): ClusterAddress {
  const { proxyUrl } = cluster;
  const url = parseUrl(cluster.server);
  if (!/^https?:$/.test(url?.protocol ?? '') || url === undefined) {
    throw new AccessError(
      `the server of cluster "${cluster.name}" must be an http:// or https:// URL`,
    );
  }
  if (proxyUrl && !proxyProtocol.test(parseUrl(proxyUrl)?.protocol.slice(0, -1) ?? '')) {
    throw new AccessError(
      `proxy-url of cluster "${cluster.name}" must be an http, https or socks5 URL`,
    );
  }
  // Without userinfo, which is not used for authentication and must not appear in messages.
  return { server: url.origin, baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
