import { findProxyRefusal } from './proxy-refusal.ts';

/** Meanings of error codes from OpenSSL, Node.js and the operating system. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed unexpectedly',
  EPIPE: 'the connection was closed unexpectedly',
  ENOTFOUND: 'the host name does not exist',
  EAI_FAIL: 'the name servers cannot resolve the host name',
  EAI_AGAIN: 'the host name cannot be resolved at the moment',
  ETIMEOUT: 'the name servers do not answer',
  EACCES: 'the system forbids the connection',
  EPERM: 'the system forbids the connection',
  EADDRNOTAVAIL: 'no local address or port is available',
  EHOSTDOWN: 'the host is unreachable',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'the connection timed out',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is signed by an unknown CA',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate is signed by an unknown CA',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is signed by an unknown CA',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is signed by an unknown CA',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed and not trusted',
  CERT_SIGNATURE_FAILURE: 'the signature of the certificate does not match its CA',
  CERT_HAS_EXPIRED: 'the certificate or its CA has expired',
  CERT_NOT_YET_VALID: 'the certificate or its CA is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not use TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not use TLS',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the server requires a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the server does not trust the CA of the client certificate',
  ERR_SSL_TLSV13_ALERT_MISSING_EXTENSION: 'the server rejected the TLS handshake',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'the server rejected the TLS handshake',
  ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR: 'the server failed during the TLS handshake',
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'the server has no certificate for this host name',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the server rejected the client certificate',
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: 'the server rejected the client certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the server rejected the client certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: 'the server rejected the client certificate as revoked',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the client certificate has expired',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the server supports no TLS version that is allowed here',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the server supports no TLS version that is allowed here',
  CERT_REVOKED: 'the certificate is revoked',
  CERT_UNTRUSTED: 'the certificate is not trusted',
  CERT_CHAIN_TOO_LONG: 'the certificate is signed by too many CAs',
  INVALID_CA: 'the certificate is signed by a certificate that is not a CA',
  INVALID_PURPOSE: 'the certificate is not for servers',
  HPE_INVALID_CONSTANT: 'the server does not use HTTP',
};

/**
 * Explains why there was no response. Uses only the error code: the error and its message may contain the
 * request with its headers.
 *
 * @param otherwise Description of an error without a code.
 */
export function describeConnectionFailure(
  error: unknown,
  otherwise = 'the connection failed',
): string {
  const proxyAnswer = describeProxyAnswer(error);
  if (proxyAnswer !== undefined) return proxyAnswer;
  const code = findCode(error);
  if (code === undefined) return otherwise;
  const meaning = meanings[code];
  return meaning === undefined ? `the connection failed (${code})` : `${meaning} (${code})`;
}

/** For a host with several addresses, returns the code of the first attempt in the `AggregateError`. */
function findCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return refine(error.code, error.message);
  if (error instanceof AggregateError) return error.errors.map(findCode).find(Boolean);
  return findCode(error.cause);
}

/** Node.js reports some handshake failures only in the message. */
function refine(code: string, message: string): string {
  const isNoTls = code === 'EPROTO' && /wrong version number|packet length/.test(message);
  return isNoTls ? 'ERR_SSL_WRONG_VERSION_NUMBER' : code;
}

/** The proxy agents report errors of the proxy only in message texts. */
function describeProxyAnswer(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  const status = /^Bad response: (\d{3})$/.exec(message)?.[1];
  if (status !== undefined) return `the proxy answered ${status}`;
  if (/^(Proxy timeout|Proxy connection timed out)$/.test(message)) return 'the proxy timed out';
  const refusal = findProxyRefusal(error);
  if (refusal !== undefined) return refusal.message;
  const reason = /^Socks5 proxy rejected connection - (\w+)$/.exec(message)?.[1];
  if (reason !== undefined) return `the SOCKS proxy rejected the connection (${reason})`;
  return /^(Received invalid Socks5|Socket closed$)/.test(message)
    ? 'the proxy does not speak SOCKS5'
    : undefined;
}
