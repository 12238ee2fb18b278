import type { DropReason } from '../../../src/remote-write/push/receiver.ts';
import { isHarmless, skipReasons } from '../../../src/sources/skipped-report.ts';
import type { Flavour } from '../flavour.ts';
import { selectOwn } from '../selector.ts';
import { type Alert, DAY } from './alert.ts';

const lastCycle = selectOwn('last_cycle_timestamp_seconds');
const interval = selectOwn('interval_seconds');
const lastSuccess = selectOwn('last_success_timestamp_seconds');
const harmless = skipReasons.filter((reason) => isHarmless(reason)).join('|');

/** Relabeling drops samples on purpose, so it is not a loss. */
const losses = ['age', 'size', 'duplicate'] as const satisfies readonly DropReason[];

/** Alerts about missing, incomplete or outdated results. */
export function pushing(flavour: Flavour): readonly Alert[] {
  const { id } = flavour;
  return [
    ...(id === 'agent' ? silentAgent : silentCronjob),
    {
      alert: 'KubescapePushSourceDown',
      expr: sourceDown(flavour),
      for: id === 'agent' ? '15m' : '0m',
      severity: 'warning',
      summary: 'Scan results of {{ $labels.cluster }} cannot be read: {{ $labels.kind }}.',
      description:
        'Values of this kind are outdated or missing. Run `kubescape-push check` to find out why.',
    },
    {
      alert: 'KubescapePushSamplesLost',
      expr: `sum by (cluster, endpoint) (${flavour.grown(selectOwn('samples_failed_total'))}) > 0 or sum by (cluster, endpoint) (${flavour.grown(selectOwn('samples_dropped_total', `reason=~"${losses.join('|')}"`))}) > 0`,
      for: '0m',
      severity: 'warning',
      summary: '{{ $labels.endpoint }} is missing samples of {{ $labels.cluster }}.',
      description:
        'The receiver rejected or did not accept them, or they were dropped. The log of kubescape-push shows why.',
    },
    {
      alert: 'KubescapePushReportsUnusable',
      expr: `sum by (cluster, reason) (${flavour.latest(selectOwn('reports_skipped', `reason!~"${harmless}"`))}) > 0`,
      for: id === 'agent' ? '1h' : '0m',
      severity: 'info',
      summary:
        '{{ $value }} scan results of {{ $labels.cluster }} are unusable: {{ $labels.reason }}.',
      description: 'Their findings are not counted. The log of kubescape-push names them.',
    },
  ];
}

/** Clusters without configuration scans do not serve it, and the chart grants no access to it by default. */
const optional = 'workloadconfigurationscansummaries';

function sourceDown({ latest }: Flavour): string {
  const by = 'by (cluster, kind, source)';
  const needed = latest(selectOwn('source_up', `kind!="${optional}"`));
  const wanted = selectOwn('source_up', `kind="${optional}"`);
  const wasUp = `max ${by} (max_over_time(${wanted}[7d])) == 1`;
  return `min ${by} (${needed}) == 0 or (min ${by} (${latest(wanted)}) == 0 and ${wasUp})`;
}

/** How long the alert for a silent cluster fires; after that, the cluster counts as removed. */
const MEMORY = '30d';

const noPush = {
  alert: 'KubescapePushSilent',
  severity: 'critical',
  summary: 'No scan results of {{ $labels.cluster }} arrive.',
} as const;

const silentAgent: readonly Alert[] = [
  {
    ...noPush,
    // A series that has ended returns nothing, so this compares it with its past. Ending takes five minutes.
    expr: `group by (cluster, shard) (last_over_time(${lastCycle}[${MEMORY}])) unless on (cluster, shard) ${lastCycle}`,
    for: '5m',
    description:
      'The agent has sent nothing for ten minutes. Check that its pod is running, and look for an unreachable receiver in its log.',
  },
  {
    alert: 'KubescapePushCycleOverdue',
    expr: `time() - min by (cluster) (${lastCycle}) > 2 * max by (cluster) (${interval})`,
    for: '0m',
    severity: 'warning',
    summary: 'The scan results of {{ $labels.cluster }} have not been read for too long.',
    description: 'The agent resends its last values, but has missed two cycles. Its log shows why.',
  },
  {
    alert: 'KubescapePushSourceFailing',
    expr: `max by (cluster, source) (${selectOwn('source_errors')}) >= 3`,
    for: '0m',
    severity: 'warning',
    summary: 'No scan results of {{ $labels.cluster }} can be read.',
    description:
      '{{ $value }} cycles in a row failed. The agent resends its last values until max_result_age. Run `kubescape-push check` to find out why.',
  },
  {
    alert: 'KubescapePushReceiverBehind',
    // If the source fails, there is nothing to send, and KubescapePushSourceFailing fires.
    expr: `time() - min by (cluster, endpoint) (${lastSuccess}) > on (cluster) group_left () 2 * max by (cluster) (${interval}) unless on (cluster) max by (cluster) (${selectOwn('source_errors')}) > 0`,
    for: '0m',
    severity: 'warning',
    summary:
      '{{ $labels.endpoint }} has not accepted results of {{ $labels.cluster }} for too long.',
    description:
      'Another receiver reports this. The log of kubescape-push shows the responses of this one.',
  },
  {
    alert: 'KubescapePushReceiverNeverReached',
    // A receiver has no time of last success before its first one, while the others have theirs.
    expr: `group by (cluster, endpoint) (${selectOwn('samples_sent_total')} unless on (cluster, shard, endpoint) ${lastSuccess} and on (cluster, shard) ${lastSuccess})`,
    for: '1h',
    severity: 'warning',
    summary:
      '{{ $labels.endpoint }} has not accepted any results of {{ $labels.cluster }} since the agent started.',
    description:
      'Another receiver reports this. The log of kubescape-push shows the responses of this one, and `kubescape-push check` tests it.',
  },
];

const silentCronjob: readonly Alert[] = [
  {
    ...noPush,
    expr: `time() - max by (cluster, shard) (last_over_time(${lastCycle}[${MEMORY}])) > ${2 * DAY}`,
    for: '0m',
    description:
      'The CronJob has pushed nothing for two days. `kubectl get jobs` shows whether it ran, and the log of its pod shows how it ended.',
  },
];
