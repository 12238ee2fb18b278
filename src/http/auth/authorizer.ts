import type { SecretMemory } from '../secrets/secret-memory.ts';

/** The parts of a request that its authorization may depend on. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  /** Headers that are the same for each request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** Called with the status of a rejection. Returns whether a retry with new credentials makes sense. */
  readonly renew: (status: number) => boolean;
}

export interface Authorizer {
  /** @throws {AccessError} Credentials are not available at the moment. */
  authorize(request: OutgoingRequest, signal: AbortSignal): Promise<Authorization>;
}

export interface AuthorizerContext {
  readonly memory: SecretMemory;
  /** `<name>/<version>`. */
  readonly userAgent: string;
  /** Timeout of one request for credentials, in milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}
