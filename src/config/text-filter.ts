import * as z from 'zod';

const Texts = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((texts) => (typeof texts === 'string' ? [texts] : texts));

/** A condition on a text: a value, a list of values, `{not: …}` or `{matches: <RE2 pattern>}`. */
export const TextFilter = z.union([
  Texts.transform((texts) => ({ in: texts })),
  z.strictObject({ not: Texts }),
  z.strictObject({ matches: z.string().min(1).max(1000) }),
]);
export type TextFilter = z.infer<typeof TextFilter>;
