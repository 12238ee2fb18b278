import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { addAbortSignal, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { AccessError } from '../../http/access-error.ts';
import { startDeadline } from '../../http/deadline.ts';
import { findSecretHeaderValues } from '../../http/redact.ts';
import { describeConnectionFailure } from '../../http/transport/describe-connection-failure.ts';
import { findProxyRefusal } from '../../http/transport/proxy-refusal.ts';
import type { ApiAnswer, ApiRequest } from '../cluster-access.ts';
import type { ClusterAddress } from './cluster-address.ts';
import type { Login } from './login.ts';

export interface TransportOptions extends ClusterAddress {
  readonly userAgent: string;
}

/** Sends a request once with the given login. */
export type Transport = (request: ApiRequest, login: Login) => Promise<ApiAnswer>;

/**
 * Sends requests without following redirects. Ignores proxies in environment variables, which may be meant
 * for other traffic.
 */
export function createTransport({ baseUrl, server, userAgent }: TransportOptions): Transport {
  return async (request, login) => {
    const { signal, timeoutMs } = request;
    signal.throwIfAborted();
    const deadline = startDeadline(timeoutMs, signal);
    try {
      const options = {
        agent: login.agent,
        headers: { ...headersOf(request), ...login.headers, 'User-Agent': userAgent },
        method: request.method ?? 'GET',
        signal: deadline.signal,
      };
      const response = await send(urlOf(baseUrl, request), options, bodyOf(request));
      return { ...toAnswer(response, signal), secrets: secretsOf(login) };
    } catch (error) {
      signal.throwIfAborted();
      const expired = deadline.signal.aborted;
      const why = expired ? `timed out after ${timeoutMs} ms` : describeConnectionFailure(error);
      const isFinal = findProxyRefusal(error) !== undefined;
      throw new AccessError(`no answer from ${server}: ${why}`, { isFinal });
    } finally {
      deadline.clear();
    }
  };
}

/** Resolves with the head of the response. */
async function send(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const module = url.protocol === 'https:' ? https : http;
    const request: ClientRequest = module.request(url, options, resolve);
    request.on('error', reject);
    request.end(body);
  });
}

function urlOf(baseUrl: string, { path, query }: ApiRequest): URL {
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
  return new URL(`${baseUrl}${path}${search}`);
}

function bodyOf({ json }: ApiRequest): string | undefined {
  return json === undefined ? undefined : JSON.stringify(json);
}

function headersOf(request: ApiRequest): Record<string, string> {
  const body = bodyOf(request);
  return {
    Accept: 'application/json',
    'Accept-Encoding': 'gzip',
    ...(body !== undefined && {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
    }),
  };
}

function toAnswer(response: IncomingMessage, signal: AbortSignal): ApiAnswer {
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'],
    body: addAbortSignal(signal, unzip(response)),
  };
}

/** Lists compress to a tenth of their size. The API server compresses responses of 128 KiB or more. */
function unzip(response: IncomingMessage): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  // Errors surface where the body is read.
  return pipeline(response, createGunzip(), () => undefined);
}

function secretsOf({ headers }: Login): string[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => findSecretHeaderValues({ [name]: value })),
  );
}
