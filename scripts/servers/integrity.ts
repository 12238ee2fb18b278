import { createHash } from 'node:crypto';

/**
 * Throws if the checksum of the bytes differs.
 *
 * @param integrity In the format of lock files: `sha512-` and base64.
 */
export function checkIntegrity(name: string, bytes: Uint8Array, integrity: string): void {
  const [algorithm = ''] = integrity.split('-', 1);
  const found = `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;
  if (found === integrity) return;
  throw new Error(`${name} has the wrong checksum: ${found} instead of ${integrity}`);
}
