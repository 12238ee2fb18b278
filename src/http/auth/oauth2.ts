import {
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  clientCredentialsGrantRequest,
  ClientSecretPost,
  customFetch,
} from 'oauth4webapi';

import { abortable } from '../abortable.ts';
import { AccessError } from '../access-error.ts';
import type { Oauth2Options } from '../access-options.ts';
import { formEncode } from '../secrets/secret-memory.ts';
import { secretReader } from '../secrets/secret.ts';
import type { Authorizer, AuthorizerContext } from './authorizer.ts';
import { type Expiring, ExpiringCache } from './expiring-cache.ts';
import { parseTokenResponse } from './token-response.ts';
import { TokenRefusedError, TokenServer } from './token-server.ts';

/** Obtains a bearer token by the client credentials grant. The client authenticates with a secret or a JWT. */
export function createOauth2(options: Oauth2Options, context: AuthorizerContext): Authorizer {
  const source = new TokenSource(options, context);
  const cache = new ExpiringCache(async () => source.obtain(), context.now);
  return {
    async authorize(_, signal) {
      const token = await abortable(cache.get(), signal);
      return {
        headers: { Authorization: `Bearer ${token}` },
        renew: (status) => status === 401 && cache.renew(token),
      };
    },
  };
}

type Authentication = (secret: string) => ClientAuth;

/**
 * Basic authentication by RFC 6749 §2.3.1. The library would also encode characters such as `-`, which most client
 * IDs contain, and many servers compare the IDs without decoding them.
 */
function clientSecretBasic(secret: string): ClientAuth {
  return (...[, { client_id: clientId }, , headers]: Parameters<ClientAuth>) => {
    const credentials = Buffer.from(`${formEncode(clientId)}:${formEncode(secret)}`);
    headers.set('authorization', `Basic ${credentials.toString('base64')}`);
  };
}

/** JWT authentication by RFC 7523 §2.2. */
function clientAssertion(jwt: string): ClientAuth {
  return (_, { client_id: clientId }, body) => {
    body.set('client_id', clientId);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', jwt);
  };
}

function authenticationsOf(client: Oauth2Options['client']): readonly Authentication[] {
  if ('assertion' in client) return [clientAssertion];
  return client.inForm ? [ClientSecretPost] : [clientSecretBasic, ClientSecretPost];
}

class TokenSource {
  readonly #options: Oauth2Options;
  readonly #context: AuthorizerContext;
  readonly #client: Client;
  readonly #readSecret: () => Promise<string>;
  readonly #server: TokenServer;
  readonly #url: URL;
  /** Remaining ways to send the secret. The first one is used. */
  #authentications: readonly Authentication[];

  constructor(options: Oauth2Options, context: AuthorizerContext) {
    const { client, clientId, tokenUrl } = options;
    this.#options = options;
    this.#context = context;
    this.#url = new URL(tokenUrl);
    this.#client = { client_id: clientId };
    this.#server = new TokenServer(options, context);
    this.#readSecret = secretReader('secret' in client ? client.secret : client.assertion);
    this.#authentications = authenticationsOf(client);
  }

  async obtain(): Promise<Expiring<string>> {
    const secret = await this.#readSecret();
    this.#context.memory.remember(secret);
    try {
      return await this.#request(secret);
    } catch (error) {
      const [, ...others] = this.#authentications;
      if (!(error instanceof TokenRefusedError) || others.length === 0) throw error;
      return this.#requestOtherwise(secret, others);
    }
  }

  /** Remembers an authentication method that works. If none does, the next attempt starts over. */
  async #requestOtherwise(
    secret: string,
    others: readonly Authentication[],
  ): Promise<Expiring<string>> {
    const before = this.#authentications;
    this.#authentications = others;
    try {
      return await this.#request(secret);
    } catch (error) {
      this.#authentications = before;
      throw error;
    }
  }

  async #request(secret: string): Promise<Expiring<string>> {
    const { memory, now } = this.#context;
    const [authentication = clientAssertion] = this.#authentications;
    const server = { issuer: this.#url.origin, token_endpoint: this.#url.href };
    const askedAtMs = now();
    const response = await clientCredentialsGrantRequest(
      server,
      this.#client,
      authentication(secret),
      this.#parameters(),
      {
        [customFetch]: async (_, request) => this.#server.fetch(request),
        [allowInsecureRequests]: this.#url.protocol === 'http:',
      },
    );
    const answer = parseTokenResponse(await response.text());
    // Does not quote the body, which may contain a token in another place.
    if (answer.status === 'refused')
      throw this.#server.describeRefusal(response.status, answer.error);
    if (answer.status === 'invalid')
      throw new AccessError(`the response from ${this.#server.label} contains no bearer token`);
    const { token: value, lifeS } = answer;
    memory.remember(value);
    return { value, expiresAtMs: lifeS === undefined ? undefined : askedAtMs + lifeS * 1000 };
  }

  #parameters(): URLSearchParams {
    const { scopes, endpointParams } = this.#options;
    const parameters = new URLSearchParams(endpointParams);
    if (scopes.length > 0) parameters.set('scope', scopes.join(' '));
    return parameters;
  }
}
