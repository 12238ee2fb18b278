import * as z from 'zod';

import { severities } from '../model/severity.ts';

const Texts = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((texts) => (typeof texts === 'string' ? [texts] : texts));

/** A condition on a label value: a value, a list of values, `{not: …}` or `{matches: <RE2 pattern>}`. */
export const TextFilter = z.union(
  [
    Texts.transform((texts) => ({ in: texts })),
    z.strictObject({ not: Texts }),
    z.strictObject({ matches: z.string().min(1).max(1000) }),
  ],
  { error: 'must be a value, a list of values, {not: …} or {matches: <RE2 pattern>}' },
);
export type TextFilter = z.infer<typeof TextFilter>;

const known: ReadonlySet<string> = new Set(severities);

/** Rejects unknown severities, because such a filter would never match. */
export const severityFilter = TextFilter.refine(
  (filter) => {
    if ('matches' in filter) return true;
    return ('in' in filter ? filter.in : filter.not).every((name) => known.has(name));
  },
  { error: `must be one of ${severities.join(', ')}` },
);
