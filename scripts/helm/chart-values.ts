import * as z from 'zod';

import { Config } from '../../src/config/schema.ts';

/** Kubernetes checks these itself, and knows better which keys there are. */
const Labels = z.record(z.string(), z.string());
const Objects = z.array(z.looseObject({}));
const AnyObject = z.looseObject({});

/** Becomes the name of a volume, too. */
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
    .describe('Digest, which goes before the tag.'),
  pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).describe('When the image is pulled.'),
});

const Cronjob = z.strictObject({
  schedule: z.string().min(6).describe('When it pushes, as cron writes it.'),
  timeZone: z.string().describe("Time zone of the schedule. Default: the cluster's, mostly UTC."),
  suspend: z.boolean().describe('Whether no Jobs are started.'),
  startingDeadlineSeconds: Seconds.describe('How late a Job may start.'),
  activeDeadlineSeconds: Seconds.min(1).describe('Limit of a Job with all its retries.'),
  backoffLimit: z
    .int()
    .min(0)
    .max(10)
    .describe('Retries, of each shard; exits with 2 and 5 are not retried.'),
  successfulJobsHistoryLimit: z.int().min(0).max(100).describe('Jobs that went well to keep.'),
  failedJobsHistoryLimit: z.int().min(0).max(100).describe('Jobs that failed to keep.'),
});

const Agent = z.strictObject({
  terminationGracePeriodSeconds: Seconds.describe('Time for a push that is under way to end.'),
  livenessProbe: Probe.describe('`kubescape-push health --liveness`.'),
  readinessProbe: Probe.describe('`kubescape-push health --readiness`.'),
});

const AccessMode = z.enum(['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany']);
const Persistence = z.strictObject({
  enabled: z.boolean().describe('Whether state is kept on a volume.'),
  existingClaim: z.string().describe('A claim that is there already.'),
  storageClassName: z.string().describe("Storage class. Default: the cluster's."),
  accessModes: z.array(AccessMode).min(1).describe('Sharded CronJobs need ReadWriteMany.'),
  size: z
    .string()
    .regex(/^[0-9]+(?:Ki|Mi|Gi|Ti)$/)
    .describe('Size of the volume; without one, the limit of the folder.'),
  annotations: Labels.describe('Annotations of the claim.'),
});

const ServiceAccount = z.strictObject({
  create: z.boolean().describe('Whether the chart makes one.'),
  name: z.string().describe('Its name. Default: the full name of the release.'),
  annotations: Labels.describe('Such as `eks.amazonaws.com/role-arn`.'),
  labels: Labels.describe('Labels beside the usual ones.'),
});

const ProjectedToken = z.strictObject({
  name: SecretName.describe('Name of the file.'),
  audience: z.string().min(1).describe('Whom the token is for.'),
  expirationSeconds: z.int().min(600).max(86_400).optional().describe('Default: 3600.'),
});

/** Ids only: the rest is fixed, so that no value makes the pod less safe. */
const PodSecurityContext = z.strictObject({
  runAsUser: z.int().min(1).nullable().optional().describe('User; never root.'),
  runAsGroup: z.int().min(1).nullable().optional().describe('Group.'),
  fsGroup: z.int().min(1).nullable().optional().describe('Group that volumes belong to.'),
  supplementalGroups: z.array(z.int().min(1)).optional(),
  seLinuxOptions: AnyObject.optional(),
});

const NetworkPolicy = z.strictObject({
  enabled: z.boolean().describe('Whether there is one: no ingress, and only the egress it needs.'),
  apiServer: z.strictObject({
    cidrs: z.array(z.string()).describe('Addresses of the API server. Default: any.'),
    ports: z.array(Port).min(1).describe('Ports of the API server.'),
  }),
  extraEgress: Objects.describe(
    'More egress rules: receivers that the configuration does not name.',
  ),
});

const Monitoring = z.strictObject({
  rules: z.strictObject({
    enabled: z.boolean().describe('Whether alerts are installed as a PrometheusRule.'),
    labels: Labels.describe('What your Prometheus selects rules by.'),
    annotations: Labels.describe('Annotations of it.'),
  }),
  dashboards: z.strictObject({
    enabled: z.boolean().describe('Whether dashboards are installed as ConfigMaps.'),
    labels: Labels.describe("What Grafana's sidecar selects them by."),
    annotations: Labels.describe('Such as `grafana_folder`.'),
  }),
});

/** Everything that values.yaml may hold. Descriptions become the README's table. */
export const ChartValues = z.strictObject({
  mode: z
    .enum(['cronjob', 'agent'])
    .describe('`cronjob` pushes on a schedule, `agent` stays and re-sends between cycles.'),
  cluster: z
    .string()
    .max(500)
    .describe("Label `cluster` of every series. Default: what Kubescape's own chart was told."),
  kubescapeNamespace: Name.min(1).describe('Namespace of the Kubescape operator.'),
  shards: z.int().min(1).max(1000).describe('Pods that share the cluster.'),
  config: Config.describe('The configuration file, word for word (docs/configuration.md).'),
  existingSecrets: z
    .array(SecretName)
    .max(50)
    .describe('Secrets whose key K becomes the file `/var/run/secrets/NAME/K`.'),
  projectedTokens: z
    .array(ProjectedToken)
    .max(20)
    .describe('Tokens of the service account for other audiences: `/var/run/tokens/NAME`.'),
  image: Image,
  imagePullSecrets: z.array(z.strictObject({ name: Name })).describe('To pull the image with.'),
  nameOverride: z.string().describe("Instead of the chart's name."),
  fullnameOverride: z.string().describe('Instead of release and chart name.'),
  commonLabels: Labels.describe('Labels of everything.'),
  cronjob: Cronjob,
  agent: Agent,
  persistence: Persistence,
  serviceAccount: ServiceAccount,
  rbac: z.strictObject({
    create: z.boolean().describe('Whether the chart makes roles: only for what is emitted.'),
  }),
  resources: AnyObject.describe('Requests and limits.'),
  podSecurityContext: PodSecurityContext.describe('Ids; null where the platform chooses them.'),
  networkPolicy: NetworkPolicy,
  monitoring: Monitoring,
  podLabels: Labels.describe('Labels of pods.'),
  podAnnotations: Labels.describe('Annotations of pods.'),
  nodeSelector: Labels.describe('Nodes to run on.'),
  affinity: AnyObject.describe('As in a pod.'),
  tolerations: Objects.describe('As in a pod.'),
  topologySpreadConstraints: Objects.describe('As in a pod.'),
  priorityClassName: z.string().describe('As in a pod.'),
  extraEnv: Objects.describe('As `env` of a container; options are `KUBESCAPE_PUSH_…`.'),
  extraEnvFrom: Objects.describe('As `envFrom` of a container.'),
  extraVolumes: Objects.describe('As `volumes` of a pod.'),
  extraVolumeMounts: Objects.describe('As `volumeMounts` of a container.'),
  global: AnyObject.optional().describe('Of a parent chart; not used.'),
});
