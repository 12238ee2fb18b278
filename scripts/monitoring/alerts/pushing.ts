import type { DropReason } from '../../../src/remote-write/push/receiver.ts';
import { isHarmless, skipReasons } from '../../../src/sources/skipped-report.ts';
import type { Flavour } from '../flavour.ts';
import { selectOwn } from '../selector.ts';
import { type Alert, DAY } from './alert.ts';

const lastCycle = selectOwn('last_cycle_timestamp_seconds');
const interval = selectOwn('interval_seconds');
const lastSuccess = selectOwn('last_success_timestamp_seconds');
const harmless = skipReasons.filter((reason) => isHarmless(reason)).join('|');

/** What relabeling leaves out is meant to be. */
const losses = ['age', 'size', 'duplicate'] as const satisfies readonly DropReason[];

/** Whether the results that one looks at are there and whole. */
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
        'The last values are kept or missing; nothing that is shown about this kind is new. `kubescape-push check` says why.',
    },
    {
      alert: 'KubescapePushSamplesLost',
      expr: `sum by (cluster, endpoint) (${flavour.grown(selectOwn('samples_failed_total'))}) > 0 or sum by (cluster, endpoint) (${flavour.grown(selectOwn('samples_dropped_total', `reason=~"${losses.join('|')}"`))}) > 0`,
      for: '0m',
      severity: 'warning',
      summary: '{{ $labels.endpoint }} did not take all samples of {{ $labels.cluster }}.',
      description:
        'The log of kubescape-push has what the receiver answered. What it did not take is missing there.',
    },
    {
      alert: 'KubescapePushReportsUnusable',
      expr: `sum by (cluster, reason) (${flavour.latest(selectOwn('reports_skipped', `reason!~"${harmless}"`))}) > 0`,
      for: id === 'agent' ? '1h' : '0m',
      severity: 'info',
      summary:
        '{{ $value }} scan results of {{ $labels.cluster }} cannot be used: {{ $labels.reason }}.',
      description: 'Their findings are in no number. The log of kubescape-push names them.',
    },
  ];
}

/** Not there in every cluster, and not allowed where nobody wants metrics of it. */
const optional = 'workloadconfigurationscansummaries';

function sourceDown({ latest }: Flavour): string {
  const by = 'by (cluster, kind, source)';
  const needed = latest(selectOwn('source_up', `kind!="${optional}"`));
  const wanted = selectOwn('source_up', `kind="${optional}"`);
  const wasUp = `max ${by} (max_over_time(${wanted}[7d])) == 1`;
  return `min ${by} (${needed}) == 0 or (min ${by} (${latest(wanted)}) == 0 and ${wasUp})`;
}

/** How long a cluster that died is missed; after that it is taken for one that was removed. */
const MEMORY = '30d';

const noPush = {
  alert: 'KubescapePushSilent',
  severity: 'critical',
  summary: 'No scan results of {{ $labels.cluster }} arrive.',
} as const;

const silentAgent: readonly Alert[] = [
  {
    ...noPush,
    // A series that has ended answers no query, so that its past is asked for. It takes five minutes to end.
    expr: `group by (cluster, shard) (last_over_time(${lastCycle}[${MEMORY}])) unless on (cluster, shard) ${lastCycle}`,
    for: '5m',
    description:
      'The agent has sent nothing for ten minutes. Is its pod running, and does its log tell of a receiver that cannot be reached?',
  },
  {
    alert: 'KubescapePushCycleOverdue',
    expr: `time() - min by (cluster) (${lastCycle}) > 2 * max by (cluster) (${interval})`,
    for: '0m',
    severity: 'warning',
    summary: 'The scan results of {{ $labels.cluster }} have not been read for too long.',
    description:
      'The agent sends its last values again, but has missed two of its cycles. Its log says why.',
  },
  {
    alert: 'KubescapePushSourceFailing',
    expr: `max by (cluster, source) (${selectOwn('source_errors')}) >= 3`,
    for: '0m',
    severity: 'warning',
    summary: 'The scan results of {{ $labels.cluster }} cannot be read at all.',
    description:
      '{{ $value }} cycles in a row gave nothing. The agent sends its last values again until max_result_age; `kubescape-push check` says what is wrong.',
  },
  {
    alert: 'KubescapePushReceiverBehind',
    // Where the source gives nothing there is nothing to take, and another alert says so.
    expr: `time() - min by (cluster, endpoint) (${lastSuccess}) > on (cluster) group_left () 2 * max by (cluster) (${interval}) unless on (cluster) max by (cluster) (${selectOwn('source_errors')}) > 0`,
    for: '0m',
    severity: 'warning',
    summary:
      '{{ $labels.endpoint }} has not taken the results of {{ $labels.cluster }} for too long.',
    description:
      'Another receiver tells it, as this one cannot. The log of kubescape-push has what it answered.',
  },
  {
    alert: 'KubescapePushReceiverNeverReached',
    // Before its first success a receiver has no time of it, while the others have theirs.
    expr: `group by (cluster, endpoint) (${selectOwn('samples_sent_total')} unless on (cluster, shard, endpoint) ${lastSuccess} and on (cluster, shard) ${lastSuccess})`,
    for: '1h',
    severity: 'warning',
    summary:
      '{{ $labels.endpoint }} has taken no results of {{ $labels.cluster }} since the agent began.',
    description:
      'Another receiver has, and tells it. The log of kubescape-push has what this one answered; `kubescape-push check` tries it.',
  },
];

const silentCronjob: readonly Alert[] = [
  {
    ...noPush,
    expr: `time() - max by (cluster, shard) (last_over_time(${lastCycle}[${MEMORY}])) > ${2 * DAY}`,
    for: '0m',
    description:
      'The CronJob has pushed nothing for two days. `kubectl get jobs` shows whether it ran, and the log of its pod how it ended.',
  },
];
