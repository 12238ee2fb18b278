import { createHash } from 'node:crypto';

/**
 * Refuses bytes that are not those which were chosen once.
 *
 * @param integrity As lock files write it, such as `sha512-…` in base64.
 */
export function checkIntegrity(name: string, bytes: Uint8Array, integrity: string): void {
  const [algorithm = ''] = integrity.split('-', 1);
  const found = `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;
  if (found === integrity) return;
  throw new Error(`${name} is not what was expected: it has ${found} instead of ${integrity}`);
}
