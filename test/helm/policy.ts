import { stringify } from 'yaml';
import * as z from 'zod';

import type { Manifest } from './helm-chart.ts';
import { type Container, type PodSpec, podSpecOf } from './pod-spec.ts';

/** Kinds that the chart of a program that never listens may create. */
const ALLOWED_KINDS: ReadonlySet<string> = new Set([
  'ConfigMap',
  'CronJob',
  'Deployment',
  'StatefulSet',
  'Pod',
  'PersistentVolumeClaim',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'NetworkPolicy',
  'PrometheusRule',
]);

/** Lists what a security review would reject, one sentence each. */
export function violationsOf(manifests: readonly Manifest[]): readonly string[] {
  return manifests.flatMap((manifest) => {
    const pod = podSpecOf(manifest);
    const violations = [
      ...kindViolations(manifest),
      ...roleViolations(manifest),
      ...networkViolations(manifest),
      ...accountViolations(manifest),
      ...secretViolations(manifest),
      ...(pod === undefined ? [] : podViolations(pod)),
    ];
    return violations.map((text) => `${manifest.kind} ${manifest.metadata.name}: ${text}`);
  });
}

function kindViolations({ kind }: Manifest): readonly string[] {
  return ALLOWED_KINDS.has(kind) ? [] : ['has a kind that the chart does not need'];
}

const Rule = z.looseObject({
  apiGroups: z.array(z.string()).default([]),
  resources: z.array(z.string()).default([]),
  verbs: z.array(z.string()),
});

function roleViolations({ kind, rules }: Manifest): readonly string[] {
  if (kind !== 'ClusterRole' && kind !== 'Role') return [];
  return z
    .array(Rule)
    .parse(rules)
    .flatMap((rule) => {
      const hasWildcard = [...rule.apiGroups, ...rule.resources, ...rule.verbs].some((text) =>
        text.includes('*'),
      );
      const writes = rule.verbs.filter((verb) => !['get', 'list', 'watch'].includes(verb));
      return [
        ...(hasWildcard ? ['has a wildcard'] : []),
        ...writes.map((verb) => `may ${verb}`),
        ...(rule.resources.includes('secrets') ? ['may read secrets'] : []),
        ...('nonResourceURLs' in rule ? ['may request other paths'] : []),
      ];
    });
}

const NetworkPolicySpec = z.object({
  policyTypes: z.array(z.string()).default([]),
  ingress: z.array(z.unknown()).default([]),
  egress: z
    .array(
      z.looseObject({
        ports: z.array(z.unknown()).optional(),
        to: z.array(z.unknown()).optional(),
      }),
    )
    .default([]),
});

function networkViolations({ kind, spec }: Manifest): readonly string[] {
  if (kind !== 'NetworkPolicy') return [];
  const { policyTypes, ingress, egress } = NetworkPolicySpec.parse(spec);
  const isOpen = egress.some(({ ports = [], to = [] }) => ports.length === 0 && to.length === 0);
  return [
    ...(policyTypes.includes('Ingress') && ingress.length === 0 ? [] : ['allows ingress']),
    ...(policyTypes.includes('Egress') && !isOpen ? [] : ['allows all egress']),
  ];
}

function accountViolations({ kind, automountServiceAccountToken }: Manifest): readonly string[] {
  return kind === 'ServiceAccount' && automountServiceAccountToken !== false
    ? ['mounts its token into every pod']
    : [];
}

const SECRET_TEXTS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*(?:PRIVATE KEY|CERTIFICATE)-----/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\./,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\b(?:Bearer|Basic) [\w+/=.-]{8,}/i,
  /[a-z][a-z0-9+.-]*:\/\/[^\s/?#"']*@/i,
  /^\s*(?:- )?["']?(?:password|credentials|client_secret|secret_key|bearer_token|token)["']?:[^\S\n]*["']?[^\s"'{[]/m,
];

/** Text that is readable with access to the object. A ConfigMap is checked as plain text. */
function secretViolations(manifest: Manifest): readonly string[] {
  const { kind, data } = manifest;
  const texts =
    kind === 'ConfigMap' ? Object.values(z.record(z.string(), z.string()).parse(data)) : [];
  const all = [stringify(manifest), ...texts].join('\n');
  return [
    ...(kind === 'Secret' ? ['contains a secret in rendered text'] : []),
    ...(SECRET_TEXTS.some((pattern) => pattern.test(all)) ? ['seems to contain a secret'] : []),
  ];
}

function podViolations(pod: PodSpec): readonly string[] {
  const containers = [...pod.initContainers, ...pod.containers];
  return [
    ...(pod.hostNetwork || pod.hostPID || pod.hostIPC ? ['shares namespaces of the node'] : []),
    ...(pod.volumes.some((volume) => 'hostPath' in volume) ? ['mounts a folder of the node'] : []),
    ...(pod.automountServiceAccountToken === undefined
      ? ['does not set automountServiceAccountToken']
      : []),
    ...(pod.securityContext.runAsNonRoot ? [] : ['may run as root']),
    ...(pod.securityContext.runAsUser === 0 ? ['runs as root'] : []),
    ...(pod.securityContext.seccompProfile?.type === 'RuntimeDefault'
      ? []
      : ['has no seccomp profile']),
    ...containers.flatMap((container) =>
      containerViolations(container).map((text) => `container ${container.name} ${text}`),
    ),
  ];
}

function containerViolations(container: Container): readonly string[] {
  const { runAsNonRoot, runAsUser } = container.securityContext;
  return [
    ...(runAsNonRoot === false || runAsUser === 0 ? ['runs as root'] : []),
    ...privilegeViolations(container),
    ...surfaceViolations(container),
  ];
}

function privilegeViolations({ securityContext: context }: Container): readonly string[] {
  const { drop = [], add = [] } = context.capabilities ?? {};
  return [
    ...(context.privileged === true ? ['is privileged'] : []),
    ...(context.allowPrivilegeEscalation === false ? [] : ['may gain privileges']),
    ...(context.readOnlyRootFilesystem ? [] : ['may write to its image']),
    ...(drop.includes('ALL') && add.length === 0 ? [] : ['has capabilities']),
  ];
}

function surfaceViolations(container: Container): readonly string[] {
  const probes = [container.livenessProbe, container.readinessProbe];
  const literals = container.env.filter(
    ({ name, value }) => value !== undefined && /password|secret|token|credential/i.test(name),
  );
  return [
    ...(container.ports === undefined ? [] : ['has ports']),
    ...(probes.some((probe) => probe !== undefined && !('exec' in probe))
      ? ['is probed over the network']
      : []),
    ...(container.resources.limits?.['memory'] === undefined ? ['has no memory limit'] : []),
    ...(/:latest$|^[^:@]+$/.test(container.image) ? ['has no fixed image'] : []),
    ...literals
      .filter(({ name }) => !name.endsWith('_FILE'))
      .map(({ name }) => `has ${name} in plain text`),
  ];
}
