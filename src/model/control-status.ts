/**
 * `excepted`: passed because exceptions accept the failure. `skipped`: not evaluated, because configuration, a
 * permission or a review is missing.
 */
export const controlStatuses = ['failed', 'skipped', 'excepted', 'passed'] as const;
export type ControlStatus = (typeof controlStatuses)[number];

/** A status as Kubescape writes it (opa-utils `reporthandling/apis/statuses.go`). */
export interface StatedStatus {
  readonly status: string;
  readonly subStatus: string;
}

const EXCEPTED = 'w/exceptions';

/** Any status other than passed and failed means that the result is unknown. */
export function controlStatusOf({ status, subStatus }: StatedStatus): ControlStatus {
  if (status === 'failed') return 'failed';
  if (status !== 'passed') return 'skipped';
  return subStatus === EXCEPTED ? 'excepted' : 'passed';
}

/**
 * Status of a control in the newest scan. Since Kubescape 4.0.13, the storage keeps the worse of the old and the
 * new status of a control, but always the newest rules, so the worst rule decides. A sub-status is the verdict
 * of the control itself: Kubescape skips a control without its configuration although its rules failed
 * (opa-utils `ResourceAssociatedControl.SetStatus`).
 */
export function newestStatus(stored: StatedStatus, rules: readonly StatedStatus[]): ControlStatus {
  const status = controlStatusOf(stored);
  const worst = worstStatus(rules.map(controlStatusOf));
  if (worst === undefined) return status;
  return status !== 'failed' && stored.subStatus !== '' ? status : worst;
}

export function worstStatus(statuses: readonly ControlStatus[]): ControlStatus | undefined {
  return controlStatuses.find((status) => statuses.includes(status));
}
