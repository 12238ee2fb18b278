/**
 * Headers of the protocol, the connection or a signing scheme, in lower case, which users must not set (remote
 * write 1.0 and 2.0, "Custom headers").
 */
export const reservedHeaders: readonly string[] = [
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'retry-attempt',
  'transfer-encoding',
  'user-agent',
  'www-authenticate',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-prometheus-remote-read-version',
  'x-prometheus-remote-write-version',
];

/** Returns the first reserved header among the given ones, spelled as given. */
export function findReservedHeader(headers: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(headers).find((name) => reservedHeaders.includes(name.trim().toLowerCase()));
}
