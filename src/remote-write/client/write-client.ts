/**
 * What became of one request; `written` is how many samples the receiver said it wrote. Only `retryable` may be sent again: see
 * `delivery/retrying.ts`.
 */
export type WriteResult =
  | { readonly status: 'success'; readonly httpStatus: number; readonly written?: number }
  | { readonly status: 'rejected'; readonly error: WriteError; readonly written?: number }
  | { readonly status: 'retryable'; readonly error: WriteError; readonly retryAfterMs?: number };

export interface WriteOptions {
  /** 0 for the first request with a body, then the number of the retry. */
  readonly attempt: number;
  /** In the body; what a limit of samples per second counts. */
  readonly samples?: number;
  readonly signal: AbortSignal;
}

export interface WriteClient {
  /** Sends one encoded request. Resolves for every answer of the receiver; rejects only on abort. */
  write(body: Uint8Array, options: WriteOptions): Promise<WriteResult>;
}

/** Its message may be logged as it is: it holds neither credentials nor the query of the URL. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
  /** Missing if the receiver did not answer. */
  readonly httpStatus: number | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly httpStatus?: number }) {
    super(message, options);
    this.httpStatus = options?.httpStatus;
  }
}
