import * as z from 'zod';

import { Config } from '../../src/config/schema.ts';

/** Kubernetes validates these objects itself. */
const Labels = z.record(z.string(), z.string());
const Objects = z.array(z.looseObject({}));
const AnyObject = z.looseObject({});

/** Limited in length, because the name is also part of a volume's name. */
const SecretName = z
  .string()
  .max(50)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/);
const Name = z.string().max(253);
const Port = z.int().min(1).max(65_535);
const Seconds = z.int().min(0).max(31_536_000);
const Probe = z.strictObject({
  initialDelaySeconds: Seconds,
  periodSeconds: Seconds,
  timeoutSeconds: Seconds,
  failureThreshold: z.int().min(1).max(100),
});

const Image = z.strictObject({
  repository: z.string().min(1).describe('Image, without tag.'),
  tag: z.string().describe('Tag. Default: the version of the chart.'),
  digest: z
    .string()
    .regex(/^(?:|sha256:[0-9a-f]{64})$/)
    .describe('Digest. Overrides the tag.'),
  pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).describe('When to pull the image.'),
});

const Cronjob = z.strictObject({
  schedule: z.string().min(6).describe('When to push, in cron syntax.'),
  timeZone: z
    .string()
    .describe('Time zone of the schedule. Default: that of the cluster, usually UTC.'),
  suspend: z.boolean().describe('Whether to pause the schedule.'),
  startingDeadlineSeconds: Seconds.describe('How many seconds late a Job may start.'),
  activeDeadlineSeconds: Seconds.min(1).describe(
    'Time limit of a Job with all its retries, in seconds.',
  ),
  backoffLimit: z
    .int()
    .min(0)
    .max(10)
    .describe('Number of retries per shard. Exit codes 2 and 5 are not retried.'),
  successfulJobsHistoryLimit: z
    .int()
    .min(0)
    .max(100)
    .describe('Number of successful Jobs to keep.'),
  failedJobsHistoryLimit: z.int().min(0).max(100).describe('Number of failed Jobs to keep.'),
});

const Agent = z.strictObject({
  terminationGracePeriodSeconds: Seconds.describe(
    'Number of seconds that a running push has to finish.',
  ),
  livenessProbe: Probe.describe('Probe that runs `kubescape-push health --liveness`.'),
  readinessProbe: Probe.describe('Probe that runs `kubescape-push health --readiness`.'),
});

const AccessMode = z.enum(['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany']);
const Persistence = z.strictObject({
  enabled: z.boolean().describe('Whether to keep state on a volume.'),
  existingClaim: z.string().describe('An existing claim to use.'),
  storageClassName: z.string().describe('Storage class. Default: that of the cluster.'),
  accessModes: z
    .array(AccessMode)
    .min(1)
    .describe('Access modes. Sharded CronJobs need ReadWriteMany.'),
  size: z
    .string()
    .regex(/^[0-9]+(?:Ki|Mi|Gi|Ti)$/)
    .describe('Size of the volume, or of the temporary folder if there is no volume.'),
  annotations: Labels.describe('Annotations of the claim.'),
});

const ServiceAccount = z.strictObject({
  create: z.boolean().describe('Whether to create a service account.'),
  name: z.string().describe('Name. Default: the full name of the release.'),
  annotations: Labels.describe('Annotations, such as `eks.amazonaws.com/role-arn`.'),
  labels: Labels.describe('Additional labels.'),
});

const ProjectedToken = z.strictObject({
  name: SecretName.describe('Name of the file.'),
  audience: z.string().min(1).describe('Audience of the token.'),
  expirationSeconds: z.int().min(600).max(86_400).optional().describe('Default: 3600.'),
});

/** Contains only IDs, so no value makes the pod less secure. */
const PodSecurityContext = z.strictObject({
  runAsUser: z.int().min(1).nullable().optional().describe('User ID. Must not be 0 (root).'),
  runAsGroup: z.int().min(1).nullable().optional().describe('Group ID.'),
  fsGroup: z.int().min(1).nullable().optional().describe('Group ID of volumes.'),
  supplementalGroups: z.array(z.int().min(1)).optional(),
  seLinuxOptions: AnyObject.optional(),
});

const NetworkPolicy = z.strictObject({
  enabled: z
    .boolean()
    .describe(
      'Whether to create a NetworkPolicy that allows no ingress and only the necessary egress.',
    ),
  apiServer: z.strictObject({
    cidrs: z.array(z.string()).describe('Addresses of the API server. Default: any.'),
    ports: z.array(Port).min(1).describe('Ports of the API server.'),
  }),
  extraEgress: Objects.describe('Further egress rules, for receivers that are not in `config`.'),
});

const Monitoring = z.strictObject({
  rules: z.strictObject({
    enabled: z.boolean().describe('Whether to install alerts as a PrometheusRule.'),
    labels: Labels.describe('Labels by which your Prometheus selects rules.'),
    annotations: Labels.describe('Annotations of the PrometheusRule.'),
  }),
  dashboards: z.strictObject({
    enabled: z.boolean().describe('Whether to install dashboards as ConfigMaps.'),
    labels: Labels.describe("Labels by which Grafana's sidecar selects dashboards."),
    annotations: Labels.describe('Annotations, such as `grafana_folder`.'),
  }),
});

/** All keys of values.yaml. Their descriptions become the table in the README. */
export const ChartValues = z.strictObject({
  mode: z
    .enum(['cronjob', 'agent'])
    .describe(
      '`cronjob` pushes on a schedule. `agent` keeps running and resends values between pushes.',
    ),
  cluster: z
    .string()
    .max(500)
    .describe(
      "Label `cluster` of every series. Default: the cluster name in the values of Kubescape's chart.",
    ),
  kubescapeNamespace: Name.min(1).describe('Namespace of the Kubescape operator.'),
  shards: z.int().min(1).max(1000).describe('Number of pods that share the work.'),
  config: Config.describe('The configuration file, see docs/configuration.md.'),
  existingSecrets: z
    .array(SecretName)
    .max(50)
    .describe('Secrets to mount: key K becomes the file `/var/run/secrets/NAME/K`.'),
  projectedTokens: z
    .array(ProjectedToken)
    .max(20)
    .describe('Service account tokens for other audiences, as files `/var/run/tokens/NAME`.'),
  image: Image,
  imagePullSecrets: z
    .array(z.strictObject({ name: Name }))
    .describe('Secrets for pulling the image.'),
  nameOverride: z.string().describe('Replaces the name of the chart.'),
  fullnameOverride: z
    .string()
    .describe('Replaces the full name, which otherwise consists of the release and chart names.'),
  commonLabels: Labels.describe('Labels of all objects.'),
  cronjob: Cronjob,
  agent: Agent,
  persistence: Persistence,
  serviceAccount: ServiceAccount,
  rbac: z.strictObject({
    create: z
      .boolean()
      .describe('Whether to create roles, with access only to what the metrics need.'),
  }),
  resources: AnyObject.describe('Requests and limits.'),
  podSecurityContext: PodSecurityContext.describe(
    'User and group IDs of the pod. Set an ID to null if the platform chooses it.',
  ),
  networkPolicy: NetworkPolicy,
  monitoring: Monitoring,
  podLabels: Labels.describe('Labels of pods.'),
  podAnnotations: Labels.describe('Annotations of pods.'),
  nodeSelector: Labels.describe('Labels of the nodes to run on.'),
  affinity: AnyObject.describe('Affinity of pods.'),
  tolerations: Objects.describe('Tolerations of pods.'),
  topologySpreadConstraints: Objects.describe('Topology spread constraints of pods.'),
  priorityClassName: z.string().describe('Priority class of pods.'),
  extraEnv: Objects.describe(
    'Environment variables, as in a container. Those for options start with `KUBESCAPE_PUSH_`.',
  ),
  extraEnvFrom: Objects.describe('Sources of environment variables, as in a container.'),
  extraVolumes: Objects.describe('Volumes, as in a pod.'),
  extraVolumeMounts: Objects.describe('Volume mounts, as in a container.'),
  global: AnyObject.optional().describe('Values of a parent chart. Not used.'),
});
