/** Maximum delay, because samples are worthless after hours. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/**
 * Parses both forms of `Retry-After` (RFC 9110 §10.2.3) into milliseconds from now. Zero, past dates and
 * invalid values count as absent, so that the normal backoff applies.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const delayMs = /^\d+$/.test(header) ? Number(header) * 1000 : parseHttpDate(header) - nowMs;
  return delayMs > 0 ? Math.min(delayMs, MAX_RETRY_AFTER_MS) : undefined;
}

/** Stricter than `Date.parse`, which accepts `1.5` and `-1`, and dates without a time zone. */
function parseHttpDate(text: string): number {
  return /^[A-Z][a-z]{2,8}, .+ GMT$/.test(text) ? Date.parse(text) : NaN;
}
