/** A receiver may ask for hours; samples are worthless by then. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/**
 * Both forms of RFC 9110 §10.2.3, a number of seconds or a date, as milliseconds from now.
 * Zero, the past and what cannot be read are as good as no header: the ordinary backoff holds.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const delayMs = /^\d+$/.test(header) ? Number(header) * 1000 : parseHttpDate(header) - nowMs;
  return delayMs > 0 ? Math.min(delayMs, MAX_RETRY_AFTER_MS) : undefined;
}

/** `Date.parse` alone would take `1.5` and `-1` for dates, and a date without zone for local time. */
function parseHttpDate(text: string): number {
  return /^[A-Z][a-z]{2,8}, .+ GMT$/.test(text) ? Date.parse(text) : NaN;
}
