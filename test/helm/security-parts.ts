import { stringify } from 'yaml';

import { findKind, type Manifest } from './helm-chart.ts';
import { type PodSpec, podSpecOf } from './pod-spec.ts';

const RBAC_KINDS: ReadonlySet<string> = new Set([
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
]);

/** The parts of the chart that matter in a security review, as a snapshot. */
export function securityParts(manifests: readonly Manifest[]): string {
  const rights = manifests.filter(({ kind }) => RBAC_KINDS.has(kind)).map(withoutLabels);
  const network = findKind(manifests, 'NetworkPolicy');
  const pods = manifests.flatMap((manifest) => {
    const pod = podSpecOf(manifest);
    return pod === undefined
      ? []
      : [{ of: `${manifest.kind} ${manifest.metadata.name}`, ...podParts(pod) }];
  });
  return stringify({
    kinds: manifests.map(({ kind }) => kind).toSorted(),
    rights,
    network: network?.['spec'],
    pods,
  });
}

/** Labels contain the version, which would change every snapshot. */
function withoutLabels({ metadata, ...rest }: Manifest): object {
  const { labels: _, ...others } = metadata;
  return { ...rest, metadata: others };
}

function podParts(pod: PodSpec): object {
  return {
    serviceAccountName: pod.serviceAccountName,
    automountServiceAccountToken: pod.automountServiceAccountToken,
    securityContext: pod.securityContext,
    volumes: pod.volumes,
    containers: pod.containers.map(
      ({ args, env, securityContext, volumeMounts, ...container }) => ({
        args,
        env,
        envFrom: container['envFrom'],
        securityContext,
        volumeMounts,
      }),
    ),
  };
}
