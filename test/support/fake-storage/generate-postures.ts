import { API_VERSION, objectMeta } from '../cluster-generator/object-meta.ts';
import type { ObjectMeta } from '../cluster-generator/object-types.ts';
import { randomFor } from '../cluster-generator/random.ts';
import type { PostureSpec } from './posture-controls.ts';
import { randomResults } from './posture-controls.ts';
import type { PostureIdentity } from './posture-identity.ts';
import { clusterScopedIdentity, rbacIdentity, workloadIdentity } from './posture-identity.ts';

export interface WorkloadConfigurationScanSummary {
  readonly apiVersion: string;
  readonly kind: 'WorkloadConfigurationScanSummary';
  readonly metadata: ObjectMeta;
  readonly spec: PostureSpec;
}

export interface PostureOptions {
  /** Equal options with an equal seed give equal objects. */
  readonly seed: number;
  /** Number of namespaced objects. */
  readonly workloads: number;
  /** Number of RBAC results, three per subject. @default a quarter of the workloads */
  readonly rbac?: number;
  /** @default a tenth of the workloads */
  readonly clusterScoped?: number;
  /** Share of the controls that apply to an object, 0 to 1. @default 0.4 */
  readonly controls?: number;
  /** @default 5 */
  readonly namespaces?: number;
  /** @default 'test-1' */
  readonly cluster?: string;
  /** @default 'kubescape' */
  readonly kubescapeNamespace?: string;
}

/** Only the time matters: configuration scans use no database. */
const SCAN = { scannedAt: '2026-11-20T03:17:42Z', databaseBuiltAt: '', databaseVersion: '' };

/** Generates configuration scans in the shape of real ones, oddities included. */
export function* generatePostures(
  options: PostureOptions,
): Generator<WorkloadConfigurationScanSummary> {
  const { workloads, rbac = Math.ceil(workloads / 4) } = options;
  const { clusterScoped = Math.ceil(workloads / 10) } = options;
  const scope = {
    cluster: options.cluster ?? 'test-1',
    namespaces: options.namespaces ?? 5,
    kubescapeNamespace: options.kubescapeNamespace ?? 'kubescape',
  };
  const groups = [
    [workloads, workloadIdentity],
    [clusterScoped, clusterScopedIdentity],
    [rbac, rbacIdentity],
  ] as const;
  for (const [count, identity] of groups) {
    for (let index = 0; index < count; index++) yield posture(options, identity(scope, index));
  }
}

function posture(
  { seed, controls = 0.4 }: PostureOptions,
  identity: PostureIdentity,
): WorkloadConfigurationScanSummary {
  const kind = 'WorkloadConfigurationScanSummary';
  const random = randomFor(seed, 'posture', identity.namespace, identity.name);
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: objectMeta({ kind, ...identity }, SCAN),
    spec: randomResults(random, controls),
  };
}
