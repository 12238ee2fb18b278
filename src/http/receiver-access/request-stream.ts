import type { Readable } from 'node:stream';

import { AxiosHeaders, type AxiosResponse } from 'axios';

import type { AccessOptions } from '../access-options.ts';
import { parseEndpoint } from '../endpoint.ts';
import { Connections } from './connections.ts';

export interface RequestStreamOptions {
  /** http or https. Userinfo becomes basic authentication. */
  readonly url: string;
  /** Timeout until the response starts. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly access?: AccessOptions;
}

/**
 * Sends a GET with the authentication, TLS and proxy of a receiver, and returns the body as a stream.
 *
 * @throws {AccessError} A secret or a certificate is unusable.
 */
export async function requestStream(
  { url, headers = {}, access = {}, timeoutMs, userAgent }: RequestStreamOptions,
  signal: AbortSignal,
): Promise<AxiosResponse<Readable>> {
  const { href, authorization, secrets } = parseEndpoint(url);
  const target = new URL(href);
  const connections = new Connections({
    url: target,
    access,
    maxSockets: 1,
    keepAlive: false,
    timeoutMs,
    userAgent,
  });
  connections.memory.keep(...secrets);
  const fixed = {
    ...(authorization !== undefined && { Authorization: authorization }),
    ...headers,
    'User-Agent': userAgent,
  };
  const outgoing = { method: 'GET', url: target, headers: fixed, body: new Uint8Array() } as const;
  const prepared = await connections.access.prepare(outgoing, signal);
  return connections.transport.request<Readable>({
    method: 'GET',
    url: href,
    headers: new AxiosHeaders(fixed).set({ ...prepared.headers }),
    responseType: 'stream',
    signal,
  });
}
