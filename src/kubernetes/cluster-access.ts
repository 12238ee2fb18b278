import type { Readable } from 'node:stream';

/** A response of the API server. Its body must be read to the end or destroyed. */
export interface ApiAnswer {
  readonly status: number;
  /** `Retry-After` as received. */
  readonly retryAfter: string | undefined;
  readonly body: Readable;
  /** Secrets of the request that must not appear in messages. A proxy may quote them. */
  readonly secrets?: readonly string[];
}

export interface ApiRequest {
  /** Default: GET. POST is only for SelfSubjectAccessReviews. */
  readonly method?: 'GET' | 'POST';
  /** Absolute path on the server, such as `/apis/…`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON body of a POST. */
  readonly json?: unknown;
  /** Timeout until the response headers arrive, in milliseconds. The body has no timeout. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Authenticated access to the API server of one cluster. */
export interface ClusterAccess {
  /** URL of the server including its path prefix, which is unique per cluster. */
  readonly server: string;
  /** Where the access is configured, for messages: a service account, or a file and context. */
  readonly origin: string;
  /**
   * Sends one request. Resolves whatever the status is. Retries once with fresh credentials after a 401.
   *
   * @throws {AccessError} There was no response, or no credentials. The message contains no secrets.
   */
  request(request: ApiRequest): Promise<ApiAnswer>;
  /** Closes idle connections. */
  close(): void;
}
