import type { ControlStatus } from './control-status.ts';

/** Severities of controls, worst first. Kubescape has no negligible controls. */
export const controlSeverities = ['Critical', 'High', 'Medium', 'Low', 'Unknown'] as const;
export type ControlSeverity = (typeof controlSeverities)[number];

/** The result of one control for a resource. */
export interface ControlResult {
  /** Control ID, such as `C-0016`. */
  readonly id: string;
  /** Name such as `Allow privilege escalation`. Empty if unknown. */
  readonly name: string;
  readonly severity: ControlSeverity;
  readonly status: ControlStatus;
  /** Status in Kubescape's storage, if it differs from that of the newest rules. */
  readonly storedStatus?: ControlStatus;
}

/** The configuration scan of one resource. */
export interface PostureScan {
  /** Empty for cluster-scoped resources, whatever namespace their report is in. */
  readonly namespace: string;
  /** Kind of the resource as the Kubernetes API spells it. */
  readonly workloadKind: string;
  readonly workload: string;
  /** Kubescape's count of failed controls by severity. */
  readonly failed: Readonly<Record<ControlSeverity, number>>;
  readonly controls: readonly ControlResult[];
  /** Whether the rules of the newest scan were read. Otherwise a fixed control may still count as failed. */
  readonly hasRules?: boolean;
}

/** Whether the storage keeps the control as failed although its newest rules passed. */
export function isSticky({ status, storedStatus }: ControlResult): boolean {
  return storedStatus === 'failed' && (status === 'passed' || status === 'excepted');
}

const byLowerCase = new Map<string, ControlSeverity>(
  controlSeverities.map((severity) => [severity.toLowerCase(), severity]),
);

/** Minimum score factor of each severity (opa-utils `reporthandling/apis/severity.go`). */
const leastScoreFactors: readonly (readonly [number, ControlSeverity])[] = [
  [9, 'Critical'],
  [7, 'High'],
  [4, 'Medium'],
  [1, 'Low'],
];

/** Returns the severity in the control's report, or else the one that corresponds to its score factor. */
export function controlSeverityOf(stated: string, scoreFactor: number): ControlSeverity {
  const known = byLowerCase.get(stated.toLowerCase());
  if (known !== undefined) return known;
  return leastScoreFactors.find(([least]) => scoreFactor >= least)?.[1] ?? 'Unknown';
}

/** Counts failed controls by severity. */
export function countFailed(
  controls: readonly Pick<ControlResult, 'severity' | 'status'>[],
): Record<ControlSeverity, number> {
  const failed = { Critical: 0, High: 0, Medium: 0, Low: 0, Unknown: 0 };
  for (const { severity, status } of controls) {
    if (status === 'failed') failed[severity]++;
  }
  return failed;
}
