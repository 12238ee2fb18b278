import type { PostureReport } from '../formats/workload-configuration-scan-summary.ts';
import type { ControlResult } from '../model/posture-scan.ts';

/** Summary and detail object of one scan are written within seconds. */
const TOLERANCE_MS = 5 * 60 * 1000;

/**
 * Returns whether a detail object is left over from an older scan than its summary, so that its rules
 * say nothing about the newest scan. Kubescape stops writing details when continuous scanning is
 * switched off. Neither object states the time of its scan, but a scan stores the same controls with the
 * same statuses in both.
 */
export function isOlderThanSummary(detail: PostureReport, summary: PostureReport): boolean {
  const isOlder = (['scannedAtMs', 'createdAtMs'] as const).some((time) => {
    const [detailMs, summaryMs] = [detail.age[time], summary.age[time]];
    if (detailMs === undefined || summaryMs === undefined) return false;
    return summaryMs - detailMs > TOLERANCE_MS;
  });
  return isOlder || storedControls(detail) !== storedControls(summary);
}

function storedControls({ scan: { controls } }: PostureReport): string {
  return controls.map(describeStored).toSorted().join(' ');
}

function describeStored({ id, status, storedStatus = status }: ControlResult): string {
  return `${id}=${storedStatus}`;
}
