import * as z from 'zod';

import type { Manifest } from './helm-chart.ts';

const SecurityContext = z
  .looseObject({
    runAsNonRoot: z.boolean().optional(),
    runAsUser: z.number().optional(),
    readOnlyRootFilesystem: z.boolean().optional(),
    allowPrivilegeEscalation: z.boolean().optional(),
    privileged: z.boolean().optional(),
    capabilities: z
      .object({ drop: z.array(z.string()).optional(), add: z.array(z.string()).optional() })
      .optional(),
    seccompProfile: z.object({ type: z.string() }).optional(),
  })
  .default({});

const Probe = z.record(z.string(), z.unknown()).optional();

const Container = z.looseObject({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()).optional(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  ports: z.array(z.unknown()).optional(),
  securityContext: SecurityContext,
  resources: z.looseObject({ limits: z.record(z.string(), z.unknown()).optional() }).default({}),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).default([]),
  livenessProbe: Probe,
  readinessProbe: Probe,
});
export type Container = z.infer<typeof Container>;

export const PodSpec = z.looseObject({
  serviceAccountName: z.string().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
  securityContext: SecurityContext,
  initContainers: z.array(Container).default([]),
  containers: z.array(Container),
  volumes: z.array(z.looseObject({ name: z.string() })).default([]),
});
export type PodSpec = z.infer<typeof PodSpec>;

const Template = z.object({ template: z.object({ spec: PodSpec }) });

/** The spec of the pods that an object creates. */
export function podSpecOf({ kind, spec }: Manifest): PodSpec | undefined {
  if (kind === 'Pod') return PodSpec.parse(spec);
  if (['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind)) {
    return Template.parse(spec).template.spec;
  }
  if (kind !== 'CronJob') return undefined;
  return z.object({ jobTemplate: z.object({ spec: Template }) }).parse(spec).jobTemplate.spec
    .template.spec;
}
