import { join } from 'node:path';

import type { ServerName } from './servers.ts';

/** Delete this folder to fetch the newest versions in the next run. */
export const CACHE_FOLDER = join(import.meta.dirname, '../../.cache/servers');

/** Machines of different architectures may share a checkout. */
export function cachedBinary(name: ServerName): string {
  return join(CACHE_FOLDER, process.arch, name);
}
