import type { Readable } from 'node:stream';

/** An answer of the API server. Its body must be read to its end or destroyed. */
export interface ApiAnswer {
  readonly status: number;
  /** `Retry-After` as received. */
  readonly retryAfter: string | undefined;
  readonly body: Readable;
  /** What the request carried and no message may show: a proxy may quote it in its answer. */
  readonly secrets?: readonly string[];
}

export interface ApiRequest {
  /** `get` unless told otherwise; `post` is for reviews of one's own rights only. */
  readonly method?: 'GET' | 'POST';
  /** Absolute path on the server: `/apis/…`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON of a POST. */
  readonly json?: unknown;
  /** Milliseconds until the head of the answer; the body has no limit of its own. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A way to ask the API server of one cluster. Knows how to log in, and nothing of what is asked. */
export interface ClusterAccess {
  /** URL of the server, with the path that it may be behind: two clusters never share it. */
  readonly server: string;
  /** Where the access was configured, for messages: `in-cluster service account`, a file and context. */
  readonly origin: string;
  /**
   * Sends one request. Every answer resolves, whatever its status; 401 has been tried again with
   * fresh credentials before.
   *
   * @throws {AccessError} There was no answer, or no credentials; the message holds no secrets.
   */
  request(request: ApiRequest): Promise<ApiAnswer>;
  /** Closes idle connections. */
  close(): void;
}
