/** Redacting shorter secrets would also remove ordinary words and numbers. */
const MIN_SECRET_LENGTH = 4;

const SECRET_HEADER = /auth|token|secret|key|password|cookie|credential/i;

/** Replaces secrets in text, because receivers and proxies like to quote requests in error pages. */
export function redact(text: string, secrets: readonly string[]): string {
  let redacted = text;
  for (const secret of secrets) {
    if (secret.length < MIN_SECRET_LENGTH) continue;
    redacted = redactEnd(redacted.replaceAll(secret, '[redacted]'), secret);
  }
  return redacted;
}

/** Redacts the start of a secret at the end of a text, which may be truncated in the middle of the secret. */
function redactEnd(text: string, secret: string): string {
  const last = text.at(-1);
  for (let kept = Math.min(secret.length, text.length); kept >= MIN_SECRET_LENGTH; kept--) {
    if (secret[kept - 1] !== last || !text.endsWith(secret.slice(0, kept))) continue;
    return `${text.slice(0, -kept)}[redacted]`;
  }
  return text;
}

/** Returns the values of headers whose names suggest a secret, with and without their authentication scheme. */
export function findSecretHeaderValues(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => SECRET_HEADER.test(name))
    .flatMap(([, value]) => [value, value.slice(value.indexOf(' ') + 1)]);
}
