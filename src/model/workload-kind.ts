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
  // Subjects of role bindings, and kinds reported by Kubescape's host scanner.
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
 * Returns a workload kind as the Kubernetes API spells it. Kubescape writes kinds in lower case in summaries
 * and unchanged elsewhere. Unknown kinds keep their spelling.
 */
export function spellWorkloadKind(kind: string): string {
  return byLowerCase.get(kind.toLowerCase()) ?? kind;
}
