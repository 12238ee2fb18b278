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
import { describeFailure } from '../../http/transport/describe-failure.ts';
import { type Answer, classifyAnswer } from './classify.ts';
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
  /** Authentication, TLS, proxy. Its authentication goes before that of the URL and the headers. */
  readonly access?: AccessOptions;
  /** Shared with other clients of the same origin and access; its own if left out. */
  readonly connections?: Connections;
  readonly retryOn429: boolean;
  /** Told what the receiver's clock says, in milliseconds since the Unix epoch. */
  readonly onServerTime?: (serverMs: number) => void;
  /** What to do about a status, for people, where remote write's own words do not fit. */
  readonly hints?: Readonly<Record<number, string>>;
}

/** @throws {TypeError} If the URL, a header or the proxy could never be used. */
export function createAxiosWriteClient(options: AxiosWriteClientOptions): WriteClient {
  const sender = new Sender(options);
  const { retryOn429, hints } = options;
  return {
    async write(body, { attempt, signal }) {
      signal.throwIfAborted();
      const deadline = startDeadline(options.timeoutMs, signal);
      try {
        const answer = await sender.send(body, { attempt, signal: deadline.signal });
        signal.throwIfAborted();
        return classifyAnswer(answer, { retryOn429, nowMs: Date.now(), ...(hints && { hints }) });
      } catch (error) {
        signal.throwIfAborted();
        const message = sender.describe(error, deadline.signal.aborted);
        return { status: 'retryable', error: new WriteError(message) };
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
    this.#endpoint = parseEndpoint(options.url);
    this.#url = new URL(this.#endpoint.href);
    this.#headers = fixedHeaders(options, this.#endpoint);
    const secrets = [...this.#endpoint.secrets, ...findSecretHeaderValues(options.headers)];
    this.#connections = options.connections ?? new Connections({ ...options, url: this.#url });
    this.#connections.memory.keep(...secrets);
  }

  /** Once more with new credentials, if those it had were refused and others may be had. */
  async send(body: Uint8Array, options: WriteOptions): Promise<Answer> {
    const { answer, renew } = await this.#request(body, options);
    if (!renew(answer.status)) return answer;
    // A login that is asked for now would be used by nobody; the next attempt asks for one itself.
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
      // Whatever the case of their names: two of one name would both be sent otherwise.
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

  describe(error: unknown, isExpired: boolean): string {
    const { label } = this.#endpoint;
    if (isExpired) return `no answer from ${label}: nothing within ${this.#options.timeoutMs} ms`;
    if (!(error instanceof AccessError))
      return `no answer from ${label}: ${describeFailure(error)}`;
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

/** Not a copy, as `Buffer.from(body)` would be; axios sends a plain array's whole memory. */
function viewAsBuffer(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
