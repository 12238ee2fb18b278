import { elementAt, randomFor } from '../cluster-generator/random.ts';

/** Identity of a configuration scan. */
export interface PostureIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface PostureScope {
  readonly cluster: string;
  readonly namespaces: number;
  readonly kubescapeNamespace: string;
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';

const WORKLOADS = [
  ['Deployment', 'apps', 'v1'],
  ['ServiceAccount', '', 'v1'],
  ['StatefulSet', 'apps', 'v1'],
  ['ConfigMap', '', 'v1'],
  ['DaemonSet', 'apps', 'v1'],
  ['CronJob', 'batch', 'v1'],
  ['Pod', '', 'v1'],
] as const;

const CLUSTER_SCOPED = [
  ['ClusterRoleBinding', RBAC_GROUP, 'v1'],
  ['Namespace', '', 'v1'],
  ['Node', '', 'v1'],
  ['KubeletInfo', 'hostdata.kubescape.cloud', 'v1beta0'],
] as const;

export function workloadIdentity(scope: PostureScope, index: number): PostureIdentity {
  const [kind, group, version] = elementAt(WORKLOADS, index % WORKLOADS.length);
  const namespace = `team-${index % scope.namespaces}`;
  const name = `service-${index}`;
  return {
    name: `${kind}-${name}`.toLowerCase(),
    namespace,
    labels: {
      ...resourceLabels(kind, group, version),
      'kubescape.io/workload-name': name,
      'kubescape.io/workload-namespace': namespace,
    },
    annotations: wlid(scope, namespace, `${kind}-${name}`),
  };
}

/** Cluster-scoped: in Kubescape's namespace and without a namespace label. */
export function clusterScopedIdentity(scope: PostureScope, index: number): PostureIdentity {
  const [kind, group, version] = elementAt(CLUSTER_SCOPED, index % CLUSTER_SCOPED.length);
  const name = `thing-${index}`;
  return {
    name: `${kind}-${name}`.toLowerCase(),
    namespace: scope.kubescapeNamespace,
    labels: { ...resourceLabels(kind, group, version), 'kubescape.io/workload-name': name },
    annotations: wlid(scope, '', `${kind}-${name}`),
  };
}

/**
 * A subject, its role and the binding. Three in a row have the same subject, and so the same workload
 * labels.
 */
export function rbacIdentity(scope: PostureScope, index: number): PostureIdentity {
  const subject = Math.floor(index / 3);
  const isGroup = subject % 2 === 1;
  const kind = isGroup ? 'Group' : 'ServiceAccount';
  const name = isGroup ? `system:team-${subject}` : `robot-${subject}`;
  const role = `system:role-${index}`;
  const binding = `system:binding-${index}`;
  const hash = randomFor('rbac', index).hex(8);
  return {
    name: `${kind}-${slug(name)}-clusterrole-${slug(role)}-${hash.slice(0, 4)}-${hash.slice(4)}`.toLowerCase(),
    namespace: scope.kubescapeNamespace,
    labels: {
      'kubescape.io/clusterrole-name': slug(role),
      'kubescape.io/clusterrolebinding-name': slug(binding),
      'kubescape.io/rbac-resource': 'true',
      ...resourceLabels(kind, '', isGroup ? RBAC_GROUP : ''),
      'kubescape.io/workload-name': slug(name),
      ...(isGroup ? {} : { 'kubescape.io/workload-namespace': 'kube-system' }),
    },
    annotations: wlid(scope, '', `ClusterRoleBinding-${binding}`),
  };
}

/** In the spelling of Kubernetes, unlike in vulnerability summaries. */
function resourceLabels(kind: string, group: string, version: string): Record<string, string> {
  return {
    'kubescape.io/workload-api-group': group,
    'kubescape.io/workload-api-version': version,
    'kubescape.io/workload-kind': kind,
  };
}

function wlid({ cluster }: PostureScope, namespace: string, owner: string): Record<string, string> {
  return {
    'kubescape.io/wlid': `wlid://cluster-${cluster}/namespace-${namespace}/${owner.toLowerCase()}`,
  };
}

/** Converts to a valid label value and object name. */
function slug(name: string): string {
  return name.replaceAll(':', '-');
}
