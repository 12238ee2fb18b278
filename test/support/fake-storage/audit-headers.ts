import { randomUUID } from 'node:crypto';

/** Headers that the API server adds to its answers. */
export function auditHeaders(): Readonly<Record<string, string>> {
  return { 'Audit-Id': randomUUID(), 'Cache-Control': 'no-cache, private' };
}
