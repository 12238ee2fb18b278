import {
  type AlertCase,
  bothOf,
  DAY,
  type Days,
  type InputSeries,
  type Pair,
} from './alert-case.ts';

const workload =
  'cluster="c",namespace="web",workload_kind="Deployment",workload="api",name="api",registry="docker.io",image="api"';
const fires = { cluster: 'c', namespace: 'web', workload_kind: 'Deployment', workload: 'api' };

const oldCritical = `kubescape_critical_vulnerabilities{${workload},tag="1"}`;
const newCritical = `kubescape_critical_vulnerabilities{${workload},tag="2"}`;
const oldAnchor = `kubescape_total_image_vulnerabilities{${workload},tag="1"}`;
const newAnchor = `kubescape_total_image_vulnerabilities{${workload},tag="2"}`;
const fixable = `kubescape_fixable_vulnerabilities{${workload},tag="1"}`;
const scanned = 'kubescape_scanned_containers{cluster="c"}';
const total = 'kubescape_total_critical_vulnerabilities{cluster="c"}';
const failed = 'kubescape_total_failed_controls{cluster="c",severity="High"}';
const failedLow = 'kubescape_total_failed_controls{cluster="c",severity="Low"}';

export function findingCases(days: Days): readonly AlertCase[] {
  const lasting = lastingCritical(days);
  return [
    ...newCriticals(days).flatMap((one) => bothOf(one, 1.5 * DAY)),
    ...bothOf(lasting, 9.5 * DAY),
    { ...bothOf(lasting, 6 * DAY)[1], what: 'stays silent for less than a week', fires: [] },
    ...bothOf(
      {
        alert: 'KubescapeFailedControlsIncreased',
        good: [days(failed, [5, 5]), days(failedLow, [1, 9])],
        bad: [days(failed, [5, 6])],
        fires: { cluster: 'c' },
      },
      1.5 * DAY,
    ),
  ];
}

/** The series that every push contains; a series missing from the last push is outdated. */
function cycles(days: Days, count: number): readonly InputSeries[] {
  const ones = Array.from({ length: count }, () => 1);
  return [days(scanned, ones), days(total, ones)];
}

function newCriticals(days: Days): readonly Pair[] {
  const alert = 'KubescapeNewCriticalVulnerabilities';
  const both = cycles(days, 2);
  const stays = [...both, days(oldAnchor, [9, 9])];
  // The old image must not count today, and only once yesterday.
  const isReplaced = [
    ...both,
    ...[days(oldAnchor, [9, '_']), days(newAnchor, ['_', 9]), days(oldCritical, [3, '_'])],
  ];
  const arrives = [days(oldAnchor, ['_', 9]), days(oldCritical, ['_', 4])];
  const newCluster = [days(scanned, ['_', 1]), days(total, ['_', 4])];
  return [
    {
      alert,
      good: [...stays, days(oldCritical, [3, 3])],
      bad: [...stays, days(oldCritical, [3, 4])],
      fires,
    },
    {
      alert,
      good: [...isReplaced, days(newCritical, ['_', 2])],
      bad: [...isReplaced, days(newCritical, ['_', 4])],
      fires,
    },
    // The first push of a cluster has no new findings.
    { alert, good: [...newCluster, ...arrives], bad: [...both, ...arrives], fires },
  ];
}

function lastingCritical(days: Days): Pair {
  const values = Array.from({ length: 10 }, () => 3);
  const anchors = [...cycles(days, 10), days(oldAnchor, values), days(fixable, values)];
  return {
    alert: 'KubescapeFixableCriticalVulnerabilities',
    good: [...anchors, days(oldCritical, [...values.slice(1), 0])],
    bad: [...anchors, days(oldCritical, values)],
    fires,
  };
}
