import type { Cluster } from '@kubernetes/client-node';

import { AccessError } from '../../http/access-error.ts';

export interface ClusterAddress {
  /** Origin, for messages. */
  readonly server: string;
  /** With the path that stands before all others, if the server is behind one. */
  readonly baseUrl: string;
}

/** @throws {AccessError} The server or its proxy has no usable address. */
export function parseAddress(cluster: Cluster): ClusterAddress {
  const { proxyUrl } = cluster;
  const url = parseUrl(cluster.server);
  if (!/^https?:$/.test(url?.protocol ?? '') || url === undefined) {
    throw new AccessError(`the server of cluster "${cluster.name}" is no http or https URL`);
  }
  if (proxyUrl && !/^(?:https?|socks\w*):$/.test(parseUrl(proxyUrl)?.protocol ?? '')) {
    throw new AccessError(`proxy-url of cluster "${cluster.name}" is no http, https or socks5 URL`);
  }
  // Without userinfo: it is no way to log in, and must not show up in a message.
  return { server: url.origin, baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
