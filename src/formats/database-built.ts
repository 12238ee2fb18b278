import * as z from 'zod';

import type { GrypeDocument } from './grype-document.ts';

/** Since Grype 0.88 `db` is `{status: {built}}` in the CLI; kubevuln writes `{built}`. */
const Database = z.union([
  z.object({ built: z.string() }),
  z.object({ status: z.object({ built: z.string() }) }).transform(({ status }) => status),
]);

/** Seconds since the Unix epoch when the vulnerability database was built, if the document tells. */
export function databaseBuiltAtSeconds({ descriptor }: GrypeDocument): number | undefined {
  const database = Database.safeParse(descriptor?.db);
  if (!database.success) return undefined;
  const builtAtMs = Date.parse(database.data.built);
  // Not NaN, and not Go's zero time, by which a program says that it does not know.
  return builtAtMs > 0 ? builtAtMs / 1000 : undefined;
}
