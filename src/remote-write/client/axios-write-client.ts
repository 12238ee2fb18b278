import http from 'node:http';
import { Readable } from 'node:stream';

import { AxiosHeaders, type AxiosResponse } from 'axios';

import { AccessError } from '../../http/access-error.ts';
import type { AccessOptions } from '../../http/access-options.ts';
import { readAnswerBody } from '../../http/answer-body.ts';
import { startDeadline } from '../../http/deadline.ts';
import { type Endpoint, parseEndpoint } from '../../http/endpoint.ts';
import { Connections } from '../../http/receiver-access/connections.ts';
import { findSecretHeaderValues } from '../../http/redact.ts';
import { describeConnectionFailure } from '../../http/transport/describe-connection-failure.ts';
import { type Answer, classifyAnswer } from './classify.ts';
import { findUnreadableResponse } from './unreadable-response.ts';
import { type Rejection, type WriteClient, WriteError, type WriteOptions } from './write-client.ts';

export interface AxiosWriteClientOptions {
  /** http or https. Userinfo becomes basic authentication. */
  readonly url: string;
  /** Whether messages omit the path of the URL. */
  readonly hidesPath?: boolean;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Headers that describe the body. They take precedence over other headers. */
  readonly protocolHeaders: Readonly<Record<string, string>>;
  /** Timeout of one request, from connecting to the end of the response. */
  readonly timeoutMs: number;
  /** Maximum number of open connections, equal to the requests in flight. */
  readonly maxSockets: number;
  /** `<name>/<version>`. The specification requires it. */
  readonly userAgent: string;
  /** Additional headers, except `reservedHeaders`. `Authorization` takes precedence over userinfo. */
  readonly headers: Readonly<Record<string, string>>;
  /** Authentication, TLS and proxy. Takes precedence over the URL and the headers. */
  readonly access?: AccessOptions;
  /** Connections shared with other clients of the same origin and access. By default, each client has its own. */
  readonly connections?: Connections;
  readonly retryOn429: boolean;
  /** Called with the receiver's clock, in milliseconds since the Unix epoch. */
  readonly onServerTime?: (serverMs: number) => void;
  /** Advice for status codes. Replaces the advice for remote write. */
  readonly hints?: Readonly<Record<number, string>>;
}

/** @throws {TypeError} The URL, a header or the proxy is invalid. */
export function createAxiosWriteClient(options: AxiosWriteClientOptions): WriteClient {
  const sender = new Sender(options);
  const { retryOn429, hints } = options;
  // Other protocols have their own hints.
  const about = hints === undefined ? { path: sender.path } : { hints };
  return {
    async write(body, { attempt, signal }) {
      signal.throwIfAborted();
      const deadline = startDeadline(options.timeoutMs, signal);
      try {
        const answer = await sender.send(body, { attempt, signal: deadline.signal });
        signal.throwIfAborted();
        return classifyAnswer(answer, { retryOn429, nowMs: Date.now(), ...about });
      } catch (error) {
        signal.throwIfAborted();
        if (!deadline.signal.aborted) {
          const rejection = sender.rejectionOf(error);
          if (rejection !== undefined) return rejection;
        }
        const message = sender.describe(error, deadline.signal.aborted);
        const isFinal = error instanceof AccessError && error.isFinal;
        return { status: isFinal ? 'rejected' : 'retryable', error: new WriteError(message) };
      } finally {
        deadline.clear();
      }
    },
  };
}

class Sender {
  readonly #options: AxiosWriteClientOptions;
  readonly #endpoint: Endpoint;
  readonly #url: URL;
  readonly #connections: Connections;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(options: AxiosWriteClientOptions) {
    this.#options = options;
    this.#endpoint = parseEndpoint(options.url, options);
    this.#url = new URL(this.#endpoint.href);
    this.#headers = fixedHeaders(options, this.#endpoint);
    const secrets = [...this.#endpoint.secrets, ...findSecretHeaderValues(options.headers)];
    this.#connections = options.connections ?? new Connections({ ...options, url: this.#url });
    this.#connections.memory.keep(...secrets);
  }

  get path(): string {
    return this.#url.pathname;
  }

  /** Retries once with new credentials if the old ones were rejected. */
  async send(body: Uint8Array, options: WriteOptions): Promise<Answer> {
    const { answer, renew } = await this.#request(body, options);
    if (!renew(answer.status)) return answer;
    // The caller has stopped waiting, so new credentials would not be used.
    options.signal.throwIfAborted();
    return (await this.#request(body, options)).answer;
  }

  async #request(body: Uint8Array, { attempt, signal }: WriteOptions) {
    const { method } = this.#options;
    const { access, transport, memory } = this.#connections;
    const outgoing = { method, url: this.#url, headers: this.#headers, body };
    const { headers, renew } = await access.prepare(outgoing, signal);
    const response = await transport.request<unknown>({
      method,
      url: this.#endpoint.href,
      data: viewAsBuffer(body),
      // Header names are case-insensitive, and axios would send both spellings.
      headers: new AxiosHeaders(this.#headers).set({
        ...headers,
        ...(attempt > 0 && { 'Retry-Attempt': String(attempt) }),
      }),
      responseType: 'stream',
      signal,
    });
    const answer = await readAnswer(response, signal);
    const serverMs = Date.parse(String(response.headers['date']));
    if (!Number.isNaN(serverMs)) this.#options.onServerTime?.(serverMs);
    const statusText = memory.redact(answer.statusText);
    return { answer: { ...answer, statusText, body: memory.redact(answer.body) }, renew };
  }

  /** A response that cannot be parsed is a response: the request is not sent again. */
  rejectionOf(error: unknown): Rejection | undefined {
    const response = findUnreadableResponse(error);
    if (response === undefined) return undefined;
    const description = this.#connections.memory.redact(response.description);
    return {
      status: 'rejected',
      error: new WriteError(description),
      ...(response.isHttp && { namedSamples: 0 }),
    };
  }

  describe(error: unknown, isExpired: boolean): string {
    const { label } = this.#endpoint;
    if (isExpired) return `no answer from ${label}: timed out after ${this.#options.timeoutMs} ms`;
    if (!(error instanceof AccessError))
      return `no answer from ${label}: ${describeConnectionFailure(error)}`;
    return `nothing was sent to ${label}: ${this.#connections.memory.redact(error.message)}`;
  }
}

function fixedHeaders(
  options: AxiosWriteClientOptions,
  { authorization }: Endpoint,
): Record<string, string> {
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
  return headers;
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

/** Axios would send the whole memory behind another typed array. */
function viewAsBuffer(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
