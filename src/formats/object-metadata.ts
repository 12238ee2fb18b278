import * as z from 'zod';

import { dictionary } from './first-error.ts';

const stringMap = dictionary(z.string().nullable()).nullish();
/** If the value is null, the field is absent, as in most objects. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined)
  .optional();

/** The part of Kubernetes' ObjectMeta that scan results use. */
export const ObjectMetadata = z.object({
  name: text,
  namespace: text,
  labels: stringMap,
  annotations: stringMap,
  creationTimestamp: z.unknown().optional(),
  resourceVersion: z.unknown().optional(),
});
export type ObjectMetadata = z.infer<typeof ObjectMetadata>;

/**
 * Value of a `kubescape.io/` key. Annotations take precedence over labels, which are sanitized and truncated
 * to 63 characters. Empty if neither is set.
 */
export function kubescapeValue({ annotations, labels }: ObjectMetadata, key: string): string {
  const name = `kubescape.io/${key}`;
  return annotations?.[name] ?? labels?.[name] ?? '';
}
