import * as z from 'zod';

const Named = z.object({
  metadata: z.object({ name: z.string().min(1), namespace: z.string().default('') }),
});

/**
 * `namespace/name` of an item. `undefined` for an item without a name: the server appends one for
 * each object whose file it could not read.
 */
export function objectName(item: unknown): string | undefined {
  const { data } = Named.safeParse(item);
  return data && `${data.metadata.namespace}/${data.metadata.name}`;
}
