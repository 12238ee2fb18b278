export interface BackoffOptions {
  /** Milliseconds before the first retry; doubles with each one. */
  readonly minMs: number;
  /** Upper bound of the doubling, before jitter. */
  readonly maxMs: number;
}

/**
 * Keeps several agents from coming back in step. Not more than this: at the upper bound an interval
 * must not be shorter than 0.8 times the one before, and 0.9 / 1.1 is 0.82.
 */
const JITTER = 0.1;

/**
 * Milliseconds to wait before a retry.
 *
 * @param attempt Number of the retry, from 1.
 * @param random From 0 to 1; 0.5 is no jitter.
 */
export function backoffDelay(
  { minMs, maxMs }: BackoffOptions,
  attempt: number,
  random: number,
): number {
  const interval = Math.min(maxMs, minMs * 2 ** (attempt - 1));
  return interval * (1 + JITTER * (2 * random - 1));
}
