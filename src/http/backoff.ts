export interface BackoffOptions {
  /** Delay before the first retry in milliseconds. Doubles with each retry. */
  readonly minMs: number;
  /** Upper limit in milliseconds, before jitter. */
  readonly maxMs: number;
}

/**
 * Keeps several agents from retrying at the same moments. At the upper limit, an interval is at least 0.8 times
 * the previous one: 0.9 / 1.1 is 0.82.
 */
const JITTER = 0.1;

/**
 * Returns the delay before a retry in milliseconds.
 *
 * @param attempt Number of the retry, starting at 1.
 * @param random From 0 to 1. 0.5 means no jitter.
 */
export function backoffDelay(
  { minMs, maxMs }: BackoffOptions,
  attempt: number,
  random: number,
): number {
  const interval = Math.min(maxMs, minMs * 2 ** (attempt - 1));
  return interval * (1 + JITTER * (2 * random - 1));
}
