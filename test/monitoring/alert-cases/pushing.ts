import type { DropReason } from '../../../src/remote-write/push/receiver.ts';
import { type AlertCase, bothOf, DAY, type Days, type Pair } from './alert-case.ts';

const up =
  'kubescape_push_source_up{cluster="c",kind="vulnerabilitymanifests",source="kubernetes"}';
const optionalUp =
  'kubescape_push_source_up{cluster="c",kind="workloadconfigurationscansummaries",source="kubernetes"}';
const complete = 'kubescape_push_source_complete{cluster="c",source="files"}';
const skipped = 'kubescape_push_reports_skipped';
const lost = 'kubescape_push_samples_failed_total{cluster="c",endpoint="mimir"}';
const mimir = { cluster: 'c', endpoint: 'mimir' };
const losses = [lost, ...(['age', 'size', 'duplicate'] as const).map(dropped)];

function dropped(reason: DropReason): string {
  return `kubescape_push_samples_dropped_total{cluster="c",endpoint="mimir",reason="${reason}"}`;
}

export function pushingCases(days: Days, flavour: 'agent' | 'cronjob'): readonly AlertCase[] {
  return [
    ...(flavour === 'agent' ? growing : perRun(days)),
    {
      alert: 'KubescapePushSourceDown',
      good: [days(up, [0, 1])],
      bad: [days(up, [1, 0])],
      fires: { cluster: 'c', kind: 'vulnerabilitymanifests', source: 'kubernetes' },
    },
    {
      alert: 'KubescapePushSourceDown',
      // A cluster that never had this optional kind does not miss it.
      good: [days(optionalUp, [0, 0])],
      bad: [days(optionalUp, [1, 0])],
      fires: { cluster: 'c', kind: 'workloadconfigurationscansummaries', source: 'kubernetes' },
    },
    {
      alert: 'KubescapePushIncomplete',
      good: [days(complete, [0, 1])],
      bad: [days(complete, [1, 0])],
      fires: { cluster: 'c', source: 'files' },
    },
    {
      alert: 'KubescapePushReportsUnusable',
      good: [
        days(`${skipped}{cluster="c",reason="unscanned"}`, [3, 3]),
        days(`${skipped}{cluster="c",reason="invalid_json"}`, [1, 0]),
      ],
      bad: [days(`${skipped}{cluster="c",reason="invalid_json"}`, [0, 1])],
      fires: { cluster: 'c', reason: 'invalid_json' },
    },
  ].flatMap((one) => bothOf(one, 1.5 * DAY));
}

/** An agent's counters keep growing until it restarts. */
const growing: readonly Pair[] = losses.map((series) => ({
  alert: 'KubescapePushSamplesLost',
  good: [
    { series, values: `5x${2 * DAY}` },
    // Dropping samples by relabeling is intended.
    { series: dropped('relabeled'), values: `0+1x${2 * DAY}` },
  ],
  bad: [{ series, values: `0+1x${2 * DAY}` }],
  fires: mimir,
}));

/** Counters of a CronJob start at 0 in each run. */
function perRun(days: Days): readonly Pair[] {
  return losses.map((series) => ({
    alert: 'KubescapePushSamplesLost',
    good: [days(series, [5, 0]), days(dropped('relabeled'), [5, 5])],
    bad: [days(series, [0, 5])],
    fires: mimir,
  }));
}
