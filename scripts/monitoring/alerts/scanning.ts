import type { Flavour } from '../flavour.ts';
import { select } from '../selector.ts';
import { type Alert, DAY } from './alert.ts';

/** Alerts about Kubescape no longer scanning everything. */
export function scanning({ latest }: Flavour): readonly Alert[] {
  return [
    {
      alert: 'KubescapeScanResultsStale',
      expr: `time() - max by (cluster) (${latest(select('image_scan_timestamp_seconds'))}) > ${3 * DAY}`,
      for: '1h',
      severity: 'warning',
      summary: 'No new image scan results in {{ $labels.cluster }}.',
      description:
        'The newest result is {{ $value | humanizeDuration }} old. The vulnerability database changes daily, so new results are due. Check kubevuln and the scan schedule of the Kubescape operator.',
    },
    {
      alert: 'KubescapeVulnerabilityDatabaseStale',
      expr: `time() - max by (cluster) (${latest(select('vulnerability_database_built_timestamp_seconds'))}) > ${7 * DAY}`,
      for: '1h',
      severity: 'warning',
      summary: 'The vulnerability database in {{ $labels.cluster }} is outdated.',
      description:
        'The database was built {{ $value | humanizeDuration }} ago, so scans miss newer vulnerabilities. Check that kubevuln can reach the download server of the database.',
    },
    {
      alert: 'KubescapeCoverageDropped',
      expr: `sum by (cluster) (${latest(select('scanned_containers'))}) < 0.8 * sum by (cluster) (${latest(select('scanned_containers'), '1d')})`,
      for: '1h',
      severity: 'warning',
      summary: 'Far fewer containers in {{ $labels.cluster }} have scan results than a day ago.',
      description:
        'Only {{ $value }} containers have results. Unless workloads were removed, scans are failing or their results are not being stored.',
    },
  ];
}
