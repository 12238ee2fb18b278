import { createHash } from 'node:crypto';

/**
 * Returns a delay from 0 up to the bound (exclusive), in milliseconds. A name always gets the same delay, so
 * that the clusters of a fleet keep their offsets.
 */
export function jitterOf(name: string, boundMs: number): number {
  const share = createHash('sha256').update(name).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(share * boundMs);
}
