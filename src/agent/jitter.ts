import { createHash } from 'node:crypto';

/**
 * Milliseconds from 0 up to, but not including, the bound; always the same for a name, so that each
 * of many clusters has a moment of its own and keeps it.
 */
export function jitterOf(name: string, boundMs: number): number {
  const share = createHash('sha256').update(name).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(share * boundMs);
}
