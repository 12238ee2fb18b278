import type { ItemLimit } from './size-limits.ts';

/**
 * Result of one request. `written` is the number of samples that the receiver reported. Only `retryable`
 * requests may be sent again (see `retrying.ts`).
 */
export type WriteResult =
  | { readonly status: 'success'; readonly httpStatus: number; readonly written?: number }
  | Rejection
  | Retryable;

export interface Rejection {
  readonly status: 'rejected';
  readonly error: WriteError;
  readonly written?: number;
  /** Whether fewer samples per request may help. */
  readonly isTooLarge?: boolean;
  /** Whether the receiver names something about the samples, so it has read the request. */
  readonly isAboutSamples?: boolean;
  /** Whether the samples are older than the receiver accepts. */
  readonly isTooOld?: boolean;
  /**
   * Number of samples that the answer mentions as rejected. Set only if the receiver may have stored part of the
   * request.
   */
  readonly namedSamples?: number;
}

export interface Retryable {
  readonly status: 'retryable';
  readonly error: WriteError;
  readonly retryAfterMs?: number;
  /** Set if the receiver named the limit that the request exceeds. */
  readonly itemLimit?: ItemLimit;
}

export interface WriteOptions {
  /** 0 for the first attempt, then the number of the retry. */
  readonly attempt: number;
  /** Number of samples in the body, for the rate limit. */
  readonly samples?: number;
  /** Whether the caller handles this result instead of a retry. */
  readonly isFinal?: (result: Retryable, attempt: number) => boolean;
  readonly signal: AbortSignal;
}

export interface WriteClient {
  /** Sends one encoded request. Resolves whatever the answer is. Rejects only if the signal aborts. */
  write(body: Uint8Array, options: WriteOptions): Promise<WriteResult>;
}

/** The message can be logged: it contains neither credentials nor the query of the URL. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
  /** Absent if the receiver did not answer. */
  readonly httpStatus: number | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly httpStatus?: number }) {
    super(message, options);
    this.httpStatus = options?.httpStatus;
  }
}
