import { AccessError } from '../access-error.ts';

/** Error messages of the proxy agents. A SOCKS proxy may reject the login methods or the credentials. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/^Bad response: 407$/, 'the proxy answered 407'],
  [
    /^Socks5 Authentication failed$|^Received invalid Socks5 initial handshake \(no accepted/,
    'the SOCKS proxy rejected the user name and password',
  ],
];

/** Returns the final error if a proxy requires other credentials. */
export function findProxyRefusal(error: unknown): AccessError | undefined {
  if (!(error instanceof Error)) return undefined;
  const refusal = refusals.find(([pattern]) => pattern.test(error.message));
  return refusal === undefined ? findProxyRefusal(error.cause) : refusedByProxy(refusal[1]);
}

export function refusedByProxy(message = 'the proxy answered 407'): AccessError {
  return new AccessError(message, { isFinal: true });
}
