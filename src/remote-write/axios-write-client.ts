import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';

import axios, { type AxiosInstance, type AxiosResponse } from 'axios';

import { readAnswerBody } from '../http/answer-body.ts';
import { startDeadline } from '../http/deadline.ts';
import { findSecretHeaderValues, redact } from '../http/redact.ts';
import { type Answer, classifyAnswer } from './classify.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import { type WriteClient, WriteError, type WriteOptions } from './write-client.ts';

export interface AxiosWriteClientOptions {
  /** http or https; userinfo becomes Basic authentication. */
  readonly url: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** What the body is. No other header of the same name comes before them. */
  readonly protocolHeaders: Readonly<Record<string, string>>;
  /** Per request: connecting, sending, and reading the answer to its end. */
  readonly timeoutMs: number;
  /** Connections that are kept open; as many as requests are in flight. */
  readonly maxSockets: number;
  /** `<name>/<version>`; the specification demands one. */
  readonly userAgent: string;
  /** None of `reservedHeaders`. An `Authorization` goes before the userinfo of the URL. */
  readonly headers: Readonly<Record<string, string>>;
  readonly retryOn429: boolean;
  /** Told what the receiver's clock says, in milliseconds since the Unix epoch. */
  readonly onServerTime?: (serverMs: number) => void;
  /** What to do about a status, for people, where remote write's own words do not fit. */
  readonly hints?: Readonly<Record<number, string>>;
}

/** @throws {TypeError} If the URL or a header could never be sent. */
export function createAxiosWriteClient(options: AxiosWriteClientOptions): WriteClient {
  const endpoint = parseEndpoint(options.url);
  const { retryOn429, hints } = options;
  const connections = createConnections(options, endpoint);
  const secrets = [...endpoint.secrets, ...findSecretHeaderValues(options.headers)];

  async function send(body: Uint8Array, { attempt, signal }: WriteOptions): Promise<Answer> {
    const response = await connections.request<unknown>({
      url: endpoint.href,
      data: viewAsBuffer(body),
      headers: attempt > 0 ? { 'Retry-Attempt': String(attempt) } : {},
      signal,
    });
    const answer = await readAnswer(response, signal);
    const serverMs = Date.parse(String(response.headers['date']));
    if (!Number.isNaN(serverMs)) options.onServerTime?.(serverMs);
    return { ...answer, body: redact(answer.body, secrets) };
  }

  return {
    async write(body, { attempt, signal }) {
      signal.throwIfAborted();
      const deadline = startDeadline(options.timeoutMs, signal);
      try {
        const answer = await send(body, { attempt, signal: deadline.signal });
        signal.throwIfAborted();
        return classifyAnswer(answer, { retryOn429, nowMs: Date.now(), ...(hints && { hints }) });
      } catch (error) {
        signal.throwIfAborted();
        const expired = deadline.signal.aborted;
        const reason = expired ? `nothing within ${options.timeoutMs} ms` : describeFailure(error);
        const message = `no answer from ${endpoint.label}: ${reason}`;
        return { status: 'retryable', error: new WriteError(message) };
      } finally {
        deadline.clear();
      }
    },
  };
}

function createConnections(options: AxiosWriteClientOptions, endpoint: Endpoint): AxiosInstance {
  const { authorization } = endpoint;
  const agentOptions = { keepAlive: true, maxSockets: options.maxSockets };
  const headers = {
    ...(authorization !== undefined && { Authorization: authorization }),
    ...options.headers,
    ...options.protocolHeaders,
    'User-Agent': options.userAgent,
  };
  for (const [name, value] of Object.entries(headers)) {
    http.validateHeaderName(name);
    http.validateHeaderValue(name, value);
  }
  return axios.create({
    method: options.method,
    headers,
    httpAgent: new http.Agent(agentOptions),
    httpsAgent: new https.Agent(agentOptions),
    responseType: 'stream',
    maxBodyLength: Infinity,
    // A redirected POST may arrive as a GET without body, which is then answered with a success.
    maxRedirects: 0,
    // HTTP_PROXY and its like are meant for other traffic of the cluster.
    proxy: false,
    validateStatus: () => true,
  });
}

async function readAnswer(response: AxiosResponse<unknown>, signal: AbortSignal): Promise<Answer> {
  const { status, statusText, headers, data } = response;
  const retryAfter: unknown = headers['retry-after'];
  const samplesWritten: unknown = headers['x-prometheus-remote-write-samples-written'];
  return {
    status,
    statusText,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    samplesWritten: typeof samplesWritten === 'string' ? samplesWritten : undefined,
    body: data instanceof Readable ? await readAnswerBody(data, signal) : '',
  };
}

/** Not a copy, as `Buffer.from(body)` would be; axios sends a plain array's whole memory. */
function viewAsBuffer(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** Only the code: the error itself holds the request with its headers, and may end up in a log. */
function describeFailure(error: unknown): string {
  const code = axios.isAxiosError(error) ? error.code : undefined;
  return code ?? 'the connection failed';
}
