/** Severities of controls, worst first; Kubescape knows no negligible ones. */
export const controlSeverities = ['Critical', 'High', 'Medium', 'Low', 'Unknown'] as const;
export type ControlSeverity = (typeof controlSeverities)[number];

/** One control that a resource was checked against. */
export interface ControlResult {
  /** `C-0016`. */
  readonly id: string;
  /** `Allow privilege escalation`; empty where no report names it. */
  readonly name: string;
  readonly severity: ControlSeverity;
  /** `skipped`: not evaluated, for want of configuration or of a right; neither good nor bad. */
  readonly status: 'passed' | 'failed' | 'skipped';
}

/** What the configuration scan of one resource found. */
export interface PostureScan {
  /** Empty for resources without a namespace, whatever namespace the report itself lies in. */
  readonly namespace: string;
  /** In the spelling of the Kubernetes API. */
  readonly workloadKind: string;
  readonly workload: string;
  /** Failed controls by severity, as Kubescape counted them. */
  readonly failed: Readonly<Record<ControlSeverity, number>>;
  readonly controls: readonly ControlResult[];
}

const byLowerCase = new Map<string, ControlSeverity>(
  controlSeverities.map((severity) => [severity.toLowerCase(), severity]),
);

/** Least score factor of each severity (opa-utils `reporthandling/apis/severity.go`). */
const leastScoreFactors: readonly (readonly [number, ControlSeverity])[] = [
  [9, 'Critical'],
  [7, 'High'],
  [4, 'Medium'],
  [1, 'Low'],
];

/** The severity that a control's report states, else the one that follows from its score factor. */
export function controlSeverityOf(stated: string, scoreFactor: number): ControlSeverity {
  const known = byLowerCase.get(stated.toLowerCase());
  if (known !== undefined) return known;
  return leastScoreFactors.find(([least]) => scoreFactor >= least)?.[1] ?? 'Unknown';
}

/** Failed controls by severity. */
export function countFailed(
  controls: readonly Pick<ControlResult, 'severity' | 'status'>[],
): Record<ControlSeverity, number> {
  const failed = { Critical: 0, High: 0, Medium: 0, Low: 0, Unknown: 0 };
  for (const { severity, status } of controls) {
    if (status === 'failed') failed[severity]++;
  }
  return failed;
}
