import * as models from '@kubernetes/client-node';
import * as z from 'zod';

import type { Manifest } from './helm-chart.ts';

/** Fields in the models of the Kubernetes client. */
const Model = z.custom<{ getAttributeTypeMap(): unknown }>(
  (value) => typeof value === 'function' && 'getAttributeTypeMap' in value,
);
const Attributes = z.array(z.object({ baseName: z.string(), type: z.string() }));

const byName: ReadonlyMap<string, unknown> = new Map(Object.entries(models));

/**
 * Paths of unknown fields, such as misspelled ones. The published schemas allow them, and an API
 * server ignores them with at most a warning.
 */
export function unknownFields(manifest: Manifest): readonly string[] {
  return [...walk(manifest, `V1${manifest.kind}`, manifest.kind)];
}

function* walk(value: unknown, type: string, path: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  const element =
    /^(?:Array|Set)<(.+)>$/.exec(type)?.[1] ?? /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  const typeOf = element === undefined ? fieldTypes(type) : () => element;
  if (typeOf === undefined) return;
  for (const [key, child] of Object.entries(value)) {
    const childType = typeOf(key);
    if (childType === undefined) yield `${path}.${key}`;
    else yield* walk(child, childType, `${path}.${key}`);
  }
}

/** The type of each field; `undefined` if any field is allowed. */
function fieldTypes(type: string): ((key: string) => string | undefined) | undefined {
  const model = Model.safeParse(byName.get(type));
  if (!model.success) return undefined;
  const attributes = Attributes.parse(model.data.getAttributeTypeMap());
  const types = new Map(attributes.map((attribute) => [attribute.baseName, attribute.type]));
  return (key) => types.get(key);
}
