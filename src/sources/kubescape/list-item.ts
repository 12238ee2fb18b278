import * as z from 'zod';

/** Message for an object that occurs on two pages of a list. */
export const LISTED_TWICE =
  'listed twice, because it changed while the list was read; the later version is used';

const Named = z.object({
  metadata: z.object({ name: z.string().min(1), namespace: z.string().default('') }),
});

/** `namespace/name`, or `undefined` for an object that the server could not read. */
export function objectName(item: unknown): string | undefined {
  const { data } = Named.safeParse(item);
  return data && `${data.metadata.namespace}/${data.metadata.name}`;
}
