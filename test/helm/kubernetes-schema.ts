import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { CronJob } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import {
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
} from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import { ConfigMap, PersistentVolumeClaim, Pod, ServiceAccount } from 'kubernetes-models/v1';
import * as z from 'zod';

import type { Manifest } from './helm-chart.ts';
import { unknownFields } from './unknown-fields.ts';

const Checkable = z.custom<{ validate(): void }>(
  (value) => typeof value === 'object' && value !== null && 'validate' in value,
);
type Constructor = new (data: never) => z.infer<typeof Checkable>;

const constructors: Readonly<Record<string, Constructor>> = {
  'apps/v1 Deployment': Deployment,
  'apps/v1 StatefulSet': StatefulSet,
  'batch/v1 CronJob': CronJob,
  'monitoring.coreos.com/v1 PrometheusRule': PrometheusRule,
  'networking.k8s.io/v1 NetworkPolicy': NetworkPolicy,
  'rbac.authorization.k8s.io/v1 ClusterRole': ClusterRole,
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': ClusterRoleBinding,
  'rbac.authorization.k8s.io/v1 Role': Role,
  'rbac.authorization.k8s.io/v1 RoleBinding': RoleBinding,
  'v1 ConfigMap': ConfigMap,
  'v1 PersistentVolumeClaim': PersistentVolumeClaim,
  'v1 Pod': Pod,
  'v1 ServiceAccount': ServiceAccount,
};

/** Violations of Kubernetes' own schemas, and unknown fields. */
export function schemaErrors(manifest: Manifest): readonly string[] {
  const { apiVersion, kind } = manifest;
  const constructor = constructors[`${apiVersion} ${kind}`];
  if (constructor === undefined) return [`no schema for ${apiVersion} ${kind}`];
  return [
    ...valueErrors(manifest, constructor),
    ...unknownFields(manifest).map((path) => `unknown field ${path}`),
  ];
}

function valueErrors(manifest: Manifest, constructor: Constructor): readonly string[] {
  try {
    Checkable.parse(Reflect.construct(constructor, [manifest])).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
