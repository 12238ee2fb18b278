import * as z from 'zod';

import { libraryScoreOf } from '../model/control-library.ts';
import { controlStatusOf, newestStatus, type StatedStatus } from '../model/control-status.ts';
import {
  type ControlResult,
  type ControlSeverity,
  controlSeverityOf,
  countFailed,
  type PostureScan,
} from '../model/posture-scan.ts';
import type { ResultAge } from '../model/result-age.ts';
import { parseWorkloadId } from '../model/workload-id.ts';
import { spellWorkloadKind } from '../model/workload-kind.ts';
import { dictionary } from './first-error.ts';
import { kubescapeValue, ObjectMetadata } from './object-metadata.ts';
import { ageOfObject } from './result-age.ts';

const Status = z
  .object({ status: z.string().nullish(), subStatus: z.string().nullish() })
  .nullish()
  .transform((value): StatedStatus => ({
    status: value?.status ?? '',
    subStatus: value?.subStatus ?? '',
  }));

const text = z.string().nullish();

const Control = z.object({
  controlID: text,
  /** Only the detail object has control names. */
  name: text,
  severity: z.object({ severity: text, scoreFactor: z.number().nullish() }).nullish(),
  status: Status,
  /** Only the detail object contains rules. They belong to the newest scan. */
  rules: z.array(z.object({ status: Status })).nullish(),
});
type Control = z.infer<typeof Control>;

const Count = z.int().nonnegative().nullish();

/**
 * WorkloadConfigurationScanSummary, see storage `v1beta1/types.go`. The detail object
 * WorkloadConfigurationScan has the same shape, with control names and without `severities`.
 */
export const WorkloadConfigurationScanSummary = z.object({
  metadata: ObjectMetadata,
  spec: z.object({
    severities: z
      .object({ critical: Count, high: Count, medium: Count, low: Count, unknown: Count })
      .nullish(),
    controls: dictionary(Control).nullish(),
  }),
});
export type WorkloadConfigurationScanSummary = z.infer<typeof WorkloadConfigurationScanSummary>;

/** The configuration scan of one resource, and the kind of object that contained it. */
export interface PostureReport {
  /** Only a detail object contains the newest results of rules. Results of the CLI count as details. */
  readonly source: 'summary' | 'detail';
  /** `namespace/name` of the object. A summary and its detail object share it. */
  readonly key: string;
  /** Cluster name in the workload ID. Absent if the object has no workload ID. */
  readonly cluster: string | undefined;
  readonly age: ResultAge;
  readonly scan: PostureScan;
}

/**
 * Whether the spec was served. A list without `resourceVersion=fullSpec` has null controls and zero counts
 * (storage `pkg/registry/file/storage.go`), which does not mean that nothing failed.
 */
export function isMetadataOnlyPosture({ spec }: WorkloadConfigurationScanSummary): boolean {
  return (spec.controls ?? null) === null;
}

/** Whether the report lists no controls, so that it is unknown what failed. */
export function hasNoControls({ spec }: WorkloadConfigurationScanSummary): boolean {
  return Object.keys(spec.controls ?? {}).length === 0;
}

/**
 * The namespace comes only from the label. Results of RBAC and cluster-scoped resources are stored in
 * Kubescape's own namespace.
 */
export function readPosture(
  { metadata, spec }: WorkloadConfigurationScanSummary,
  source: PostureReport['source'],
): PostureReport {
  const { name = '', namespace = '' } = metadata;
  const controls = Object.entries(spec.controls ?? {}).map(([id, control]) =>
    readControl(id, control),
  );
  return {
    source,
    key: `${namespace}/${name}`,
    cluster: parseWorkloadId(kubescapeValue(metadata, 'wlid'))?.cluster,
    age: ageOfObject(metadata),
    scan: {
      namespace: kubescapeValue(metadata, 'workload-namespace'),
      workloadKind: spellWorkloadKind(kubescapeValue(metadata, 'workload-kind')),
      workload: kubescapeValue(metadata, 'workload-name') || name,
      failed:
        source === 'detail' ? countFailed(controls) : readFailed(spec.severities ?? {}, controls),
      controls,
      ...(source === 'detail' && { hasRules: true }),
    },
  };
}

function readControl(
  key: string,
  { controlID, name, severity, status: stored, rules }: Control,
): ControlResult {
  const id = controlID || key;
  const status = newestStatus(stored, rules?.map((rule) => rule.status) ?? []);
  const storedStatus = controlStatusOf(stored);
  return {
    id,
    name: name ?? '',
    severity: controlSeverityOf(
      severity?.severity ?? '',
      severity?.scoreFactor || libraryScoreOf(id),
    ),
    status,
    ...(status !== storedStatus && { storedStatus }),
  };
}

/** Returns Kubescape's own counts. Computes a missing count from the controls. */
function readFailed(
  counts: NonNullable<WorkloadConfigurationScanSummary['spec']['severities']>,
  controls: readonly ControlResult[],
): Record<ControlSeverity, number> {
  const counted = countFailed(controls);
  return {
    Critical: counts.critical ?? counted.Critical,
    High: counts.high ?? counted.High,
    Medium: counts.medium ?? counted.Medium,
    Low: counts.low ?? counted.Low,
    Unknown: counts.unknown ?? counted.Unknown,
  };
}
