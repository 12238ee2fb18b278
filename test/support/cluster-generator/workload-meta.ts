import type { ContainerPlan, Workload } from './cluster-plan.ts';
import { randomFor } from './random.ts';

/** API group and version of the kinds that own containers. */
const GROUP_VERSIONS: ReadonlyMap<string, readonly [group: string, version: string]> = new Map([
  ['Pod', ['', 'v1']],
  ['Job', ['batch', 'v1']],
  ['CronJob', ['batch', 'v1']],
]);

/**
 * Summaries have the kind in lower case, filtered manifests in the spelling of Kubernetes. The caller
 * chooses.
 */
export function workloadLabels(container: ContainerPlan, kind: string): Record<string, string> {
  const { workload } = container;
  const [group, version] = GROUP_VERSIONS.get(workload.kind) ?? ['apps', 'v1'];
  return {
    'kubescape.io/workload-api-group': group,
    'kubescape.io/workload-api-version': version,
    'kubescape.io/workload-container-name': container.container,
    'kubescape.io/workload-kind': kind,
    'kubescape.io/workload-name': workload.name,
    'kubescape.io/workload-namespace': workload.namespace,
  };
}

export function workloadAnnotations(
  cluster: string,
  container: ContainerPlan,
): Record<string, string> {
  const { workload } = container;
  const owner = `${workload.kind.toLowerCase()}-${workload.name}`;
  return {
    'kubescape.io/wlid': `wlid://cluster-${cluster}/namespace-${workload.namespace}/${owner}`,
    'kubescape.io/workload-container-name': container.container,
  };
}

/** `<kind>-<name>-<container>`: the same object before and after an image update. */
export function summaryName({ workload, container }: ContainerPlan): string {
  return `${workload.kind}-${workload.name}-${container}`.toLowerCase();
}

/** Name of a filtered manifest. */
export function filteredManifestName(container: ContainerPlan): string {
  const { workload } = container;
  const owner = podOwner(workload);
  const random = randomFor('slug', workload.namespace, owner.name, container.container);
  const readable = `${owner.kind}-${owner.name}-${container.container}`.toLowerCase();
  return `${readable}-${random.hex(4)}-${random.hex(4)}`;
}

export function instanceId(container: ContainerPlan): string {
  const { workload } = container;
  const [group, version] = GROUP_VERSIONS.get(workload.kind) ?? ['apps', 'v1'];
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const owner = podOwner(workload);
  const scope = `apiVersion-${apiVersion}/namespace-${workload.namespace}`;
  return `${scope}/kind-${owner.kind}/name-${owner.name}/containerName-${container.container}`;
}

export function templateHash(workload: Workload): string {
  return randomFor('template', workload.namespace, workload.kind, workload.name).hex(10);
}

/** A Deployment's pods belong to a ReplicaSet named after it and its template. */
function podOwner(workload: Workload): { readonly kind: string; readonly name: string } {
  if (workload.kind !== 'Deployment') return workload;
  return { kind: 'ReplicaSet', name: `${workload.name}-${templateHash(workload)}` };
}
