const kinds = [
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'ConfigMap',
  'CronJob',
  'CustomResourceDefinition',
  'DaemonSet',
  'Deployment',
  'Endpoints',
  'EndpointSlice',
  'HorizontalPodAutoscaler',
  'Ingress',
  'Job',
  'Lease',
  'LimitRange',
  'MutatingWebhookConfiguration',
  'Namespace',
  'NetworkPolicy',
  'Node',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Pod',
  'PodDisruptionBudget',
  'ReplicaSet',
  'ReplicationController',
  'ResourceQuota',
  'Role',
  'RoleBinding',
  'Secret',
  'Service',
  'ServiceAccount',
  'StatefulSet',
  'StorageClass',
  'ValidatingWebhookConfiguration',
  // Subjects of role bindings, and what Kubescape's host scanner reports on.
  'Group',
  'User',
  'CNIInfo',
  'CloudProviderInfo',
  'ControlPlaneInfo',
  'KubeletInfo',
  'KubeProxyInfo',
] as const;

const byLowerCase = new Map<string, string>(kinds.map((kind) => [kind.toLowerCase(), kind]));

/**
 * A workload kind in the spelling of the Kubernetes API. Kubescape writes it in lower case on
 * summaries and as it is on other objects; kinds of other APIs keep the spelling they came with.
 */
export function spellWorkloadKind(kind: string): string {
  return byLowerCase.get(kind.toLowerCase()) ?? kind;
}
