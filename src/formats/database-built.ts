import * as z from 'zod';

import type { GrypeDocument } from './grype-document.ts';

/** Since Grype 0.88, the CLI writes `{status: {built}}`. kubevuln writes `{built}`. */
const Database = z.union([
  z.object({ built: z.string() }),
  z.object({ status: z.object({ built: z.string() }) }).transform(({ status }) => status),
]);

/** Build time of the vulnerability database, in seconds since the Unix epoch. */
export function databaseBuiltAtSeconds({ descriptor }: GrypeDocument): number | undefined {
  const database = Database.safeParse(descriptor?.db);
  if (!database.success) return undefined;
  const builtAtMs = Date.parse(database.data.built);
  // Go's zero time means unknown.
  return builtAtMs > 0 ? builtAtMs / 1000 : undefined;
}
