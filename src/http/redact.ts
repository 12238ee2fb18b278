/** Shorter ones would blank out ordinary words and numbers. */
const MIN_SECRET_LENGTH = 4;

const SECRET_HEADER = /auth|token|secret|key|password|cookie|credential/i;

/** Receivers and the proxies before them like to quote the request in their error pages. */
export function redact(text: string, secrets: readonly string[]): string {
  let redacted = text;
  for (const secret of secrets) {
    if (secret.length >= MIN_SECRET_LENGTH) redacted = redacted.replaceAll(secret, '[redacted]');
  }
  return redacted;
}

/** Values of the headers that are secret by their names, also without an authentication scheme. */
export function findSecretHeaderValues(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => SECRET_HEADER.test(name))
    .flatMap(([, value]) => [value, value.slice(value.indexOf(' ') + 1)]);
}
