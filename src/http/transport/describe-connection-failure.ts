/** What the codes mean that OpenSSL, Node.js and the operating system give a failed connection. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  ENOTFOUND: 'the name of the server is not known',
  EAI_AGAIN: 'the name of the server cannot be looked up at the moment',
  EHOSTUNREACH: 'the server cannot be reached',
  ENETUNREACH: 'the network of the server cannot be reached',
  ETIMEDOUT: 'the server cannot be reached',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is from a CA that is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is from a CA that is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is from a CA that is not known',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is from a CA that is not known',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not known',
  CERT_SIGNATURE_FAILURE: 'its certificate was not signed by the CA of that name',
  CERT_HAS_EXPIRED: 'its certificate, or that of its CA, has expired',
  CERT_NOT_YET_VALID: 'its certificate, or that of its CA, is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the hostname does not match its certificate',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it demands a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not know the CA of the client certificate',
  HPE_INVALID_CONSTANT: 'it does not speak HTTP',
};

/**
 * Why there was no answer. Only of the code: the error itself holds the request with its headers,
 * and its message may quote them.
 */
export function describeConnectionFailure(error: unknown): string {
  const code = findCode(error);
  if (code === undefined) return describeProxyAnswer(error) ?? 'the connection failed';
  const meaning = meanings[code];
  return meaning === undefined ? `the connection failed (${code})` : `${meaning} (${code})`;
}

/** `AggregateError` of a name with several addresses has the code of the first attempt. */
function findCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return refine(error.code, error.message);
  if (error instanceof AggregateError) return error.errors.map(findCode).find(Boolean);
  return findCode(error.cause);
}

/** Node.js knows more of a failed handshake than it puts into the code. */
function refine(code: string, message: string): string {
  const isNoTls = code === 'EPROTO' && /wrong version number|packet length/.test(message);
  return isNoTls ? 'ERR_SSL_WRONG_VERSION_NUMBER' : code;
}

/** The agent for proxies has no code for this, but always the same words. */
function describeProxyAnswer(error: unknown): string | undefined {
  const status = /^Bad response: (\d{3})$/.exec(error instanceof Error ? error.message : '')?.[1];
  return status === undefined ? undefined : `the proxy answered ${status}`;
}
