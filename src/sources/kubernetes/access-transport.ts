import { addAbortSignal, Readable } from 'node:stream';

import axios, { type AxiosResponse } from 'axios';

import { startDeadline } from '../../http/deadline.ts';
import { findSecretHeaderValues } from '../../http/redact.ts';
import type { ClusterAddress } from './access-address.ts';
import { describeConnectionFailure } from './access-failure.ts';
import type { Login } from './access-login.ts';
import { AccessError, type ApiAnswer, type ApiRequest } from './cluster-access.ts';

export interface TransportOptions extends ClusterAddress {
  readonly userAgent: string;
}

/** Sends a request once, with the login that is given. */
export type Transport = (request: ApiRequest, login: Login) => Promise<ApiAnswer>;

const connections = axios.create({
  responseType: 'stream',
  // Lists compress to a tenth; the API server does so from 128 KiB on.
  decompress: true,
  maxBodyLength: Infinity,
  maxRedirects: 0,
  // HTTP_PROXY and its like are meant for other traffic of the cluster.
  proxy: false,
  validateStatus: () => true,
});

export function createTransport({ baseUrl, server, userAgent }: TransportOptions): Transport {
  return async (request, login) => {
    const { signal, timeoutMs } = request;
    signal.throwIfAborted();
    const deadline = startDeadline(timeoutMs, signal);
    try {
      const response = await connections.request<unknown>({
        ...describeRequest(request),
        url: `${baseUrl}${request.path}`,
        headers: { ...headersOf(request), ...login.headers, 'User-Agent': userAgent },
        httpAgent: login.agent,
        httpsAgent: login.agent,
        signal: deadline.signal,
      });
      signal.throwIfAborted();
      return { ...toAnswer(response, signal), secrets: secretsOf(login) };
    } catch (error) {
      signal.throwIfAborted();
      const expired = deadline.signal.aborted;
      const why = expired ? `nothing within ${timeoutMs} ms` : describeConnectionFailure(error);
      throw new AccessError(`no answer from ${server}: ${why}`);
    } finally {
      deadline.clear();
    }
  };
}

function describeRequest({ method = 'GET', query, json }: ApiRequest) {
  return {
    method,
    ...(query !== undefined && { params: query }),
    ...(json !== undefined && { data: JSON.stringify(json) }),
  };
}

function headersOf({ json }: ApiRequest): Record<string, string> {
  return {
    Accept: 'application/json',
    'Accept-Encoding': 'gzip',
    ...(json !== undefined && { 'Content-Type': 'application/json' }),
  };
}

function secretsOf({ headers }: Login): string[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => findSecretHeaderValues({ [name]: value })),
  );
}

function toAnswer(response: AxiosResponse<unknown>, signal: AbortSignal): ApiAnswer {
  const { status, headers, data } = response;
  const retryAfter: unknown = headers['retry-after'];
  const body = data instanceof Readable ? data : Readable.from([]);
  return {
    status,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    body: addAbortSignal(signal, body),
  };
}
