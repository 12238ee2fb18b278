import * as z from 'zod';

import type { Manifest } from './helm-chart.ts';

/** One verb on one resource. */
export interface Right {
  readonly verb: string;
  readonly resource: string;
  /** Undefined means all of the cluster. */
  readonly namespace: string | undefined;
}

const Role = z.object({
  rules: z.array(z.object({ resources: z.array(z.string()), verbs: z.array(z.string()) })),
});
const Binding = z.object({ roleRef: z.object({ kind: z.string(), name: z.string() }) });

/** The permissions of all bound roles. */
export function grantedBy(manifests: readonly Manifest[]): readonly Right[] {
  return manifests
    .filter(({ kind }) => kind.endsWith('RoleBinding'))
    .flatMap((binding) => {
      const { roleRef } = Binding.parse(binding);
      const { namespace } = binding.metadata;
      const role = manifests.find(
        ({ kind, metadata }) => kind === roleRef.kind && metadata.name === roleRef.name,
      );
      return Role.parse(role).rules.flatMap(({ resources, verbs }) =>
        resources.flatMap((resource) => verbs.map((verb) => ({ verb, resource, namespace }))),
      );
    });
}

/** Whether what is asked lies within what is granted. */
export function isWithin(asked: Right, { verb, resource, namespace }: Right): boolean {
  const isThere = namespace === undefined || namespace === asked.namespace;
  return verb === asked.verb && resource === asked.resource && isThere;
}
