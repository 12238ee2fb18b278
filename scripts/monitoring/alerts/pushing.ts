import type { DropReason } from '../../../src/remote-write/push/receiver.ts';
import { isHarmless, skipReasons } from '../../../src/sources/skipped-report.ts';
import type { Flavour } from '../flavour.ts';
import { selectOwn } from '../selector.ts';
import { type Alert, DAY } from './alert.ts';

const lastCycle = selectOwn('last_cycle_timestamp_seconds');
const interval = selectOwn('interval_seconds');
const lastSuccess = selectOwn('last_success_timestamp_seconds');
const harmless = skipReasons.filter((reason) => isHarmless(reason)).join('|');

/** Does not include samples dropped by relabeling, because that is intended. */
const losses = ['age', 'size', 'duplicate'] as const satisfies readonly DropReason[];

/** Alerts about missing or incomplete scan results. */
export function pushing(flavour: Flavour): readonly Alert[] {
  const { id } = flavour;
  return [
    ...(id === 'agent' ? silentAgent : silentCronjob),
    {
      alert: 'KubescapePushSourceDown',
      expr: sourceDown(flavour),
      for: id === 'agent' ? '15m' : '0m',
      severity: 'warning',
      summary: 'Cannot read {{ $labels.kind }} of {{ $labels.cluster }}.',
      description:
        'Values derived from this kind are outdated or missing. Run `kubescape-push check` to find the cause.',
    },
    ...incompleteResults(flavour),
    {
      alert: 'KubescapePushSamplesLost',
      expr: `sum by (cluster, endpoint) (${flavour.grown(selectOwn('samples_failed_total'))}) > 0 or sum by (cluster, endpoint) (${flavour.grown(selectOwn('samples_dropped_total', `reason=~"${losses.join('|')}"`))}) > 0`,
      for: '0m',
      severity: 'warning',
      summary: '{{ $labels.endpoint }} is missing samples from {{ $labels.cluster }}.',
      description:
        'The receiver rejected samples, or kubescape-push dropped them before they could be delivered. The kubescape-push log has the reason.',
    },
  ];
}

function incompleteResults({ id, latest }: Flavour): readonly Alert[] {
  const duration = id === 'agent' ? '1h' : '0m';
  return [
    {
      alert: 'KubescapePushIncomplete',
      expr: `min by (cluster, source) (${latest(selectOwn('source_complete'))}) == 0`,
      for: duration,
      severity: 'warning',
      summary: 'Scan results of {{ $labels.cluster }} are incomplete.',
      description:
        'Part of the scan results is missing. Totals of an incomplete list are left out, and no series is ended. The kubescape-push log says what is missing.',
    },
    {
      alert: 'KubescapePushReportsUnusable',
      expr: `sum by (cluster, reason) (${latest(selectOwn('reports_skipped', `reason!~"${harmless}"`))}) > 0`,
      for: duration,
      severity: 'info',
      summary:
        '{{ $value }} scan results from {{ $labels.cluster }} were skipped: {{ $labels.reason }}.',
      description:
        'Findings in skipped results are not counted. The kubescape-push log lists the results.',
    },
  ];
}

/** A kind that clusters without configuration scans do not serve, and to which the chart grants no access by default. */
const optional = 'workloadconfigurationscansummaries';

function sourceDown({ latest }: Flavour): string {
  const by = 'by (cluster, kind, source)';
  const needed = latest(selectOwn('source_up', `kind!="${optional}"`));
  const wanted = selectOwn('source_up', `kind="${optional}"`);
  const wasUp = `max ${by} (max_over_time(${wanted}[7d])) == 1`;
  return `min ${by} (${needed}) == 0 or (min ${by} (${latest(wanted)}) == 0 and ${wasUp})`;
}

/** How long a silent cluster keeps the alert firing. Later it is assumed to have been removed. */
const MEMORY = '30d';

const noPush = {
  alert: 'KubescapePushSilent',
  severity: 'critical',
  summary: 'No scan results received from {{ $labels.cluster }}.',
} as const;

const silentAgent: readonly Alert[] = [
  {
    ...noPush,
    // An instant query returns nothing for an ended series, so this compares with its history. Together
    // with the five minutes until a series ends, the alert fires after ten minutes.
    expr: `group by (cluster, shard) (last_over_time(${lastCycle}[${MEMORY}])) unless on (cluster, shard) ${lastCycle}`,
    for: '5m',
    description:
      'The agent has sent nothing for ten minutes. Check that its pod is running, and check its log for delivery errors.',
  },
  {
    alert: 'KubescapePushCycleOverdue',
    expr: `time() - min by (cluster) (${lastCycle}) > 2 * max by (cluster) (${interval})`,
    for: '0m',
    severity: 'warning',
    summary: 'kubescape-push has missed two pushes in {{ $labels.cluster }}.',
    description:
      'The agent is resending old values but has not read scan results for two intervals. Its log has the reason.',
  },
  {
    alert: 'KubescapePushSourceFailing',
    expr: `max by (cluster, source) (${selectOwn('source_errors')}) >= 3`,
    for: '0m',
    severity: 'warning',
    summary: 'Cannot read any scan results of {{ $labels.cluster }}.',
    description:
      'The last {{ $value }} reads failed. The agent resends its last values until they are older than max_result_age. Run `kubescape-push check` to find the cause.',
  },
  {
    alert: 'KubescapePushReceiverBehind',
    // A failing source has its own alert. Without results, no receiver can be up to date.
    expr: `time() - min by (cluster, endpoint) (${lastSuccess}) > on (cluster) group_left () 2 * max by (cluster) (${interval}) unless on (cluster) max by (cluster) (${selectOwn('source_errors')}) > 0`,
    for: '0m',
    severity: 'warning',
    summary:
      '{{ $labels.endpoint }} has not accepted results from {{ $labels.cluster }} for two intervals.',
    description:
      'Other receivers are still up to date. The kubescape-push log has the responses of this one.',
  },
  {
    alert: 'KubescapePushReceiverNeverReached',
    // A receiver has no last_success series before its first success, but another receiver has one.
    expr: `group by (cluster, endpoint) (${selectOwn('samples_sent_total')} unless on (cluster, shard, endpoint) ${lastSuccess} and on (cluster, shard) ${lastSuccess})`,
    for: '1h',
    severity: 'warning',
    summary: '{{ $labels.endpoint }} has never accepted results from {{ $labels.cluster }}.',
    description:
      'The agent has not delivered to this receiver since it started, but has delivered to another. Check the kubescape-push log for its responses, or run `kubescape-push check`.',
  },
];

const silentCronjob: readonly Alert[] = [
  {
    ...noPush,
    expr: `time() - max by (cluster, shard) (last_over_time(${lastCycle}[${MEMORY}])) > ${2 * DAY}`,
    for: '0m',
    description:
      'The CronJob has pushed nothing for two days. Run `kubectl get jobs` to see whether it ran, then check the log of its pod.',
  },
];
