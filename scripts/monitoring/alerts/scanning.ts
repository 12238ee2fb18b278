import type { Flavour } from '../flavour.ts';
import { select } from '../selector.ts';
import { type Alert, DAY } from './alert.ts';

/** Alerts about scans that Kubescape no longer does. */
export function scanning({ latest }: Flavour): readonly Alert[] {
  return [
    {
      alert: 'KubescapeScanResultsStale',
      expr: `time() - max by (cluster) (${latest(select('image_scan_timestamp_seconds'))}) > ${3 * DAY}`,
      for: '1h',
      severity: 'warning',
      summary: 'No image of {{ $labels.cluster }} has a new scan result.',
      description:
        'The newest result is {{ $value | humanizeDuration }} old, although the vulnerability database changes every day. Check kubevuln and the schedule of the Kubescape operator.',
    },
    {
      alert: 'KubescapeVulnerabilityDatabaseStale',
      expr: `time() - max by (cluster) (${latest(select('vulnerability_database_built_timestamp_seconds'))}) > ${7 * DAY}`,
      for: '1h',
      severity: 'warning',
      summary: 'The vulnerability database of {{ $labels.cluster }} is old.',
      description:
        'It was built {{ $value | humanizeDuration }} ago, so newer vulnerabilities are not found. Check that kubevuln can download it.',
    },
    {
      alert: 'KubescapeCoverageDropped',
      expr: `sum by (cluster) (${latest(select('scanned_containers'))}) < 0.8 * sum by (cluster) (${latest(select('scanned_containers'), '1d')})`,
      for: '1h',
      severity: 'warning',
      summary: 'Far fewer containers of {{ $labels.cluster }} have scan results than a day ago.',
      description:
        '{{ $value }} are left. Unless workloads were removed, scans fail or results are no longer stored.',
    },
  ];
}
