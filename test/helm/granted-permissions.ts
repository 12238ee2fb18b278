import * as z from 'zod';

import type { Manifest } from './helm-chart.ts';

/** One verb on one resource. */
export interface Permission {
  readonly verb: string;
  readonly resource: string;
  /** `undefined` means all namespaces. */
  readonly namespace: string | undefined;
}

const Role = z.object({
  rules: z.array(z.object({ resources: z.array(z.string()), verbs: z.array(z.string()) })),
});
const Binding = z.object({ roleRef: z.object({ kind: z.string(), name: z.string() }) });

/** The permissions of all bound roles. */
export function grantedPermissions(manifests: readonly Manifest[]): readonly Permission[] {
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

export function covers(granted: Permission, requested: Permission): boolean {
  return (
    granted.verb === requested.verb &&
    granted.resource === requested.resource &&
    (granted.namespace === undefined || granted.namespace === requested.namespace)
  );
}
