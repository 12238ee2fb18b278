import * as z from 'zod';

import { libraryScoreOf } from '../model/control-library.ts';
import { controlStatusOf, newestStatus, type StatedStatus } from '../model/control-status.ts';
import type { FrameworkScore } from '../model/framework-score.ts';
import { type ControlResult, controlSeverityOf, countFailed } from '../model/posture-scan.ts';
import type { ResultAge } from '../model/result-age.ts';
import { dictionary, list } from './first-error.ts';
import { CountedControl, isEmptyFramework, ReportedFramework } from './reported-framework.ts';
import { ReportedImages, type ReportedVulnerabilities } from './reported-images.ts';
import { identifyResource, ReportedResource } from './reported-resource.ts';
import { parseTime } from './result-age.ts';
import type { PostureReport } from './workload-configuration-scan-summary.ts';

const text = z.string().nullish();

const Status = z.object({ status: text, subStatus: text }).nullish();
type Status = z.infer<typeof Status>;

/** A control in the summary of the document, which contains the severity. */
const ControlSummary = CountedControl.extend({
  name: text,
  severity: text,
  scoreFactor: z.number().nullish(),
});
type ControlSummary = z.infer<typeof ControlSummary>;

const ResourceControl = z.object({
  controlID: z.string(),
  name: text,
  severity: text,
  status: Status,
  rules: list(
    z.object({ status: z.unknown().optional(), subStatus: z.unknown().optional() }),
  ).nullish(),
});
type ResourceControl = z.infer<typeof ResourceControl>;

/**
 * The output of `kubescape scan --format json`, also with `--scan-images` (kubescape
 * `core/pkg/resultshandling/printer/v2/utils.go`).
 */
export const PostureDocument = z.object({
  generationTime: z.unknown().optional(),
  clusterName: text,
  summaryDetails: z.object({
    controls: dictionary(ControlSummary).nullish(),
    frameworks: list(ReportedFramework).nullish(),
    vulnerabilities: ReportedImages.nullish(),
  }),
  resources: list(ReportedResource).nullish(),
  results: list(
    z.object({ resourceID: z.string(), controls: list(ResourceControl).nullish() }),
  ).nullish(),
  metadata: z.object({ targetMetadata: z.unknown().optional() }).nullish(),
});
type PostureDocument = z.infer<typeof PostureDocument>;

/** One run of the CLI. */
export interface CliPosture {
  /** The scanned cluster, or something else such as a folder. */
  readonly target: string;
  readonly age: ResultAge;
  readonly cluster: string | undefined;
  /** The results, one element per resource. */
  readonly reports: readonly PostureReport[];
  /** All frameworks that were scanned, including those without a score. */
  readonly frameworks: readonly string[];
  readonly scores: readonly FrameworkScore[];
  /** Frameworks whose controls applied to no resource, so their scores mean nothing. */
  readonly emptyFrameworks: readonly string[];
  readonly vulnerabilities: ReportedVulnerabilities | undefined;
}

export function readPostureDocument(document: PostureDocument): CliPosture {
  const { clusterName, summaryDetails, generationTime } = document;
  const frameworks = summaryDetails.frameworks ?? [];
  const empty = frameworks.filter((framework) =>
    isEmptyFramework(framework, summaryDetails.controls ?? {}),
  );
  const scored = frameworks.filter((framework) => !empty.includes(framework));
  return {
    target: clusterName || JSON.stringify(document.metadata?.targetMetadata ?? ''),
    age: { scannedAtMs: parseTime(generationTime) },
    cluster: clusterName || undefined,
    reports: readReports(document),
    frameworks: frameworks.map(({ name }) => name).toSorted(),
    scores: scored.flatMap(({ name: framework, complianceScore }) =>
      typeof complianceScore === 'number'
        ? [{ framework, complianceRatio: toRatio(complianceScore) }]
        : [],
    ),
    emptyFrameworks: empty.map(({ name }) => name),
    vulnerabilities: summaryDetails.vulnerabilities ?? undefined,
  };
}

/** Kubescape calculates percentages with 32-bit precision. */
function toRatio(percentage: number): number {
  return Math.round(percentage * 1e4) / 1e6;
}

function readReports(document: PostureDocument): PostureReport[] {
  const { clusterName, resources, results, summaryDetails } = document;
  const objects = new Map(resources?.map(({ resourceID, object }) => [resourceID, object]));
  const cluster = clusterName || undefined;
  return (results ?? []).flatMap(({ resourceID: key, controls: stated }) => {
    const controls = (stated ?? []).map((control) =>
      readControl(control, summaryDetails.controls?.[control.controlID]),
    );
    if (controls.length === 0) return [];
    const identity = identifyResource(key, objects.get(key));
    const scan = { ...identity, failed: countFailed(controls), controls };
    return [{ source: 'detail', key, cluster, age: {}, scan }];
  });
}

function readControl(
  { controlID: id, name, severity, status, rules }: ResourceControl,
  summary: ControlSummary | undefined,
): ControlResult {
  return {
    id,
    name: name || summary?.name || '',
    severity: controlSeverityOf(
      severity || summary?.severity || '',
      summary?.scoreFactor || libraryScoreOf(id),
    ),
    status: statusOf(status, rules ?? []),
  };
}

/** Older versions of Kubescape write a status only for the rules. */
function statusOf(
  status: Status,
  rules: readonly { readonly status?: unknown; readonly subStatus?: unknown }[],
): ControlResult['status'] {
  const stated: StatedStatus = { status: status?.status ?? '', subStatus: status?.subStatus ?? '' };
  if (stated.status !== '') return controlStatusOf(stated);
  return newestStatus(
    stated,
    rules.map((rule) => ({ status: textOf(rule.status), subStatus: textOf(rule.subStatus) })),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
