import { type AlertCase, bothOf, DAY, type Days } from './alert-case.ts';

const scanned =
  'kubescape_image_scan_timestamp_seconds{cluster="c",namespace="web",workload="api",image="api"}';
const built = 'kubescape_vulnerability_database_built_timestamp_seconds{cluster="c"}';
const count = 'kubescape_scanned_containers{cluster="c"}';
const fires = { cluster: 'c' };

/** Timestamps of eight days, in seconds since the first. */
const everyDay = Array.from({ length: 8 }, (_, day) => day * DAY * 60);
const never = everyDay.map(() => 0);

export function scanningCases(days: Days): readonly AlertCase[] {
  const ages = [
    { alert: 'KubescapeScanResultsStale', series: scanned },
    { alert: 'KubescapeVulnerabilityDatabaseStale', series: built },
  ].map(({ alert, series }) => ({
    alert,
    good: [days(series, everyDay)],
    bad: [days(series, never)],
    fires,
  }));
  const dropped = {
    alert: 'KubescapeCoverageDropped',
    good: [days(count, [100, 81])],
    bad: [days(count, [100, 79])],
    fires,
  };
  return [...ages.flatMap((one) => bothOf(one, 7.5 * DAY)), ...bothOf(dropped, 1.5 * DAY)];
}
