import { join } from 'node:path';

import type { ServerName } from './servers.ts';

/** Git ignores it. Deleting it makes the next run fetch the newest versions. */
export const CACHE_FOLDER = join(import.meta.dirname, '../../.cache/servers');

/** A checkout may be shared by machines of several architectures. */
export function cachedBinary(name: ServerName): string {
  return join(CACHE_FOLDER, process.arch, name);
}
