import { validateHeaderValue } from 'node:http';

import { AccessError } from '../access-error.ts';
import type { AccessOptions } from '../access-options.ts';
import type {
  Authorization,
  Authorizer,
  AuthorizerContext,
  OutgoingRequest,
} from '../auth/authorizer.ts';
import { createAuthorizer } from '../auth/create-authorizer.ts';
import { type ReadSecret, secretReader } from '../secrets/secret.ts';

export interface RequestAccess {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly renew: Authorization['renew'];
}

const nothing: Authorization = { headers: {}, renew: () => false };

/** Adds credentials and secret headers to requests. */
export class Access {
  readonly #options: AccessOptions;
  readonly #context: AuthorizerContext;
  readonly #headers: readonly (readonly [string, readonly ReadSecret[]])[];
  #authorizer: Promise<Authorizer> | undefined;

  constructor(options: AccessOptions, context: AuthorizerContext) {
    this.#options = options;
    this.#context = context;
    this.#headers = Object.entries(options.headers ?? {}).map(
      ([name, values]) => [name, values.map(secretReader)] as const,
    );
  }

  /** @throws {AccessError} Credentials are unavailable, or contain characters that a header cannot have. */
  async prepare(request: OutgoingRequest, signal: AbortSignal): Promise<RequestAccess> {
    const { headers: authorization, renew } = await this.#authorize(request, signal);
    const headers = { ...(await this.#readHeaders()), ...authorization };
    for (const [name, value] of Object.entries(headers)) {
      for (const one of [value].flat()) this.#check(name, one);
    }
    return { headers, renew };
  }

  async #authorize(request: OutgoingRequest, signal: AbortSignal): Promise<Authorization> {
    const { auth } = this.#options;
    if (auth === undefined) return nothing;
    this.#authorizer ??= createAuthorizer(auth, this.#context);
    return (await this.#authorizer).authorize(request, signal);
  }

  async #readHeaders(): Promise<Record<string, string[]>> {
    const entries = this.#headers.map(
      async ([name, readers]) =>
        [name, await Promise.all(readers.map(async (read) => read()))] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  #check(name: string, value: string): void {
    this.#context.memory.rememberHeader(value);
    try {
      validateHeaderValue(name, value);
    } catch {
      throw new AccessError(
        `the value of the header ${name} contains characters that are not allowed in a header`,
      );
    }
  }
}
