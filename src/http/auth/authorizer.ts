import type { SecretMemory } from '../secrets/secret-memory.ts';

/** A request as far as its authorization may depend on it. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  /** Those that are the same on each request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** To be called with the status of a refusal: whether another one may be had for a new try. */
  readonly renew: (status: number) => boolean;
}

export interface Authorizer {
  /** @throws {AccessError} There are no credentials at the moment. */
  authorize(request: OutgoingRequest, signal: AbortSignal): Promise<Authorization>;
}

export interface AuthorizerContext {
  readonly memory: SecretMemory;
  /** `<name>/<version>`. */
  readonly userAgent: string;
  /** Limit of one request for credentials, in milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}
