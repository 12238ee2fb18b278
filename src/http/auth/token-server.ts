import type { CustomFetchOptions } from 'oauth4webapi';

import { AccessError } from '../access-error.ts';
import type { Oauth2Options } from '../access-options.ts';
import { startDeadline } from '../deadline.ts';
import { describeConnectionFailure } from '../transport/describe-connection-failure.ts';
import { Transport } from '../transport/transport.ts';
import type { AuthorizerContext } from './authorizer.ts';

/** Thrown if the token server rejected the client or its authentication method. */
export class TokenRefusedError extends AccessError {}

type TokenRequest = CustomFetchOptions<'POST', URLSearchParams>;

/** Larger than a token with thousands of claims. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Maximum length of an error body in a message. */
const MAX_SAID = 300;

/** Sends requests to a token server with its TLS settings and proxy. */
export class TokenServer {
  /** Name for messages. */
  readonly label: string;
  readonly #url: URL;
  readonly #context: AuthorizerContext;
  readonly #transport: Transport;

  constructor(options: Oauth2Options, context: AuthorizerContext) {
    const { memory } = context;
    const url = new URL(options.tokenUrl);
    memory.keep(...url.searchParams.values(), ...Object.values(options.endpointParams));
    this.label = `the token server ${url.origin}${url.pathname}`;
    this.#url = url;
    this.#context = context;
    this.#transport = new Transport({ ...options, ...context, url, maxSockets: 1 });
  }

  /**
   * Sends a request in the form that OAuth libraries use. Returns only successful responses.
   *
   * @throws {AccessError} There was no response, or it was not successful.
   */
  async fetch({ body, headers }: Pick<TokenRequest, 'body' | 'headers'>): Promise<Response> {
    const { timeoutMs, userAgent, memory } = this.#context;
    const { authorization } = headers;
    // The encoded header differs from the secret, so it is remembered as well.
    if (authorization !== undefined) memory.rememberHeader(authorization);
    const deadline = startDeadline(timeoutMs, new AbortController().signal);
    try {
      const { status, data } = await this.#transport.request<string>({
        method: 'POST',
        url: this.#url.href,
        data: body.toString(),
        headers: { ...headers, 'user-agent': userAgent },
        responseType: 'text',
        maxContentLength: MAX_ANSWER_BYTES,
        signal: deadline.signal,
      });
      if (status < 200 || status > 299) throw this.describeRefusal(status, data);
      return new Response(data);
    } catch (error) {
      if (error instanceof AccessError) throw this.#attribute(error);
      const { aborted } = deadline.signal;
      const reason = aborted ? `timed out after ${timeoutMs} ms` : describeConnectionFailure(error);
      throw new AccessError(`no answer from ${this.label}: ${reason}`);
    } finally {
      deadline.clear();
    }
  }

  /** Adds the name of the token server to a message that lacks it. */
  #attribute(error: AccessError): AccessError {
    if (!error.isFinal) return error;
    const { message, isFinal } = error;
    return new AccessError(`no answer from ${this.label}: ${message}`, { isFinal });
  }

  /** Describes a response without a token. */
  describeRefusal(status: number, text: string): AccessError {
    const clean = this.#context.memory
      .redact(text)
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim();
    const said = clean.slice(0, MAX_SAID);
    const message = `${this.label} answered ${status}${said && `: ${said}`}`;
    // Some servers report an error with status 200.
    const isRefused = status < 300 || status === 400 || status === 401;
    return isRefused ? new TokenRefusedError(message) : new AccessError(message);
  }
}
