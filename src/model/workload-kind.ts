const kinds = [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'Node',
  'Pod',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
] as const;

const byLowerCase = new Map<string, string>(kinds.map((kind) => [kind.toLowerCase(), kind]));

/**
 * A workload kind in the spelling of the Kubernetes API. Kubescape writes it in lower case on
 * summaries and as it is on other objects; kinds of other APIs keep the spelling they came with.
 */
export function spellWorkloadKind(kind: string): string {
  return byLowerCase.get(kind.toLowerCase()) ?? kind;
}
