import { type AlertCase, DAY } from './alert-case.ts';

interface End {
  readonly days: number;
  readonly fires: AlertCase['fires'];
}

const lastCycle = 'kubescape_push_last_cycle_timestamp_seconds{cluster="c"}';

export const silentAgent: readonly AlertCase[] = [
  {
    alert: 'KubescapePushSilent',
    what: 'stays silent while the agent sends',
    input: [{ series: lastCycle, values: '0x90' }],
    at: 90,
    fires: [],
  },
  {
    alert: 'KubescapePushSilent',
    what: 'fires when one of two shards has stopped',
    input: [
      { series: lastCycle.replace('}', ',shard="0"}'), values: '0x90' },
      { series: lastCycle.replace('}', ',shard="1"}'), values: '0x20 _x90' },
    ],
    at: 90,
    fires: [{ cluster: 'c', shard: '1' }],
  },
  {
    alert: 'KubescapePushSilent',
    what: 'fires when the agent has stopped',
    input: [{ series: lastCycle, values: '0x20 _x90' }],
    at: 90,
    fires: [{ cluster: 'c' }],
  },
  ...deadFor('an agent', [
    { days: 29, fires: [{ cluster: 'c' }] },
    { days: 31, fires: [] },
  ]),
  ...[
    { what: 'stays silent within two intervals', at: 119, fires: [] },
    { what: 'fires after two intervals', at: 150, fires: [{ cluster: 'c' }] },
  ].map((one) => ({
    ...one,
    alert: 'KubescapePushCycleOverdue',
    input: [
      { series: lastCycle, values: '0x160' },
      { series: 'kubescape_push_interval_seconds{cluster="c"}', values: '3600x160' },
    ],
  })),
];

const neverReached: readonly AlertCase[] = [
  {
    what: 'stays silent for a receiver that accepted the first push',
    ofMimir: '0x160',
    at: 150,
    fires: [],
  },
  {
    what: 'stays silent for a receiver that accepted a later push',
    ofMimir: '_x40 0x120',
    at: 150,
    fires: [],
  },
  { what: 'stays silent in the first half hour', ofMimir: '_x160', at: 30, fires: [] },
  {
    what: 'fires for a receiver that accepted nothing',
    ofMimir: '_x160',
    at: 150,
    fires: [{ cluster: 'c', endpoint: 'mimir' }],
  },
  // Either the source is failing, or no receiver has the self-metrics.
  {
    what: 'stays silent when no receiver accepted anything',
    ofMimir: '_x160',
    ofOther: '_x160',
    at: 150,
    fires: [],
  },
].map(({ what, ofMimir, ofOther = '0+60x160', at, fires }) => ({
  alert: 'KubescapePushReceiverNeverReached',
  what,
  input: [
    { series: lastSuccess('mimir'), values: ofMimir },
    { series: lastSuccess('prometheus'), values: ofOther },
    ...['mimir', 'prometheus'].map((endpoint) => ({
      series: `kubescape_push_samples_sent_total{cluster="c",endpoint="${endpoint}"}`,
      values: '0x160',
    })),
  ],
  at,
  fires,
}));

export const behindAgent: readonly AlertCase[] = [
  ...[
    { what: 'stays silent after one failed read', values: '0x60 1x100', fires: [] },
    {
      what: 'fires after three failed reads',
      values: '0x60 3x100',
      fires: [{ cluster: 'c', source: 'kubernetes' }],
    },
  ].map(({ what, values, fires }) => ({
    alert: 'KubescapePushSourceFailing',
    what,
    input: [{ series: 'kubescape_push_source_errors{cluster="c",source="kubernetes"}', values }],
    at: 150,
    fires,
  })),
  ...[
    { what: 'stays silent for a receiver that is up to date', ofMimir: '0+60x160', fires: [] },
    {
      what: 'fires for a receiver that stopped accepting samples',
      ofMimir: '0x160',
      fires: [{ cluster: 'c', endpoint: 'mimir' }],
    },
  ].map(({ what, ofMimir, fires }) => ({
    alert: 'KubescapePushReceiverBehind',
    what,
    input: [
      { series: lastSuccess('mimir'), values: ofMimir },
      { series: lastSuccess('prometheus'), values: '0+60x160' },
      { series: 'kubescape_push_interval_seconds{cluster="c"}', values: '3600x160' },
    ],
    at: 150,
    fires,
  })),
  {
    alert: 'KubescapePushReceiverBehind',
    what: 'stays silent when the source is failing',
    input: [
      { series: lastSuccess('mimir'), values: '0x160' },
      { series: 'kubescape_push_interval_seconds{cluster="c"}', values: '3600x160' },
      { series: 'kubescape_push_source_errors{cluster="c",source="kubernetes"}', values: '2x160' },
    ],
    at: 150,
    fires: [],
  },
  ...[
    { what: 'stays silent when both shards are up to date', second: '0+60x160', fires: [] },
    {
      what: 'fires when one of two shards is behind',
      second: '0x160',
      fires: [{ cluster: 'c', endpoint: 'mimir' }],
    },
  ].map(({ what, second, fires }) => ({
    alert: 'KubescapePushReceiverBehind',
    what,
    input: ofShards(second),
    at: 150,
    fires,
  })),
  ...neverReached,
];

/** Series of two shards that push to the same receiver. */
function ofShards(second: string): AlertCase['input'] {
  return ['0+60x160', second].flatMap((values, shard) =>
    [
      { series: lastSuccess('mimir'), values },
      { series: 'kubescape_push_interval_seconds{cluster="c"}', values: '3600x160' },
    ].map((one) => ({ ...one, series: one.series.replace('}', `,shard="${shard}"}`) })),
  );
}

function lastSuccess(endpoint: string): string {
  return `kubescape_push_last_success_timestamp_seconds{cluster="c",endpoint="${endpoint}"}`;
}

export const silentCronjob: readonly AlertCase[] = [
  {
    alert: 'KubescapePushSilent',
    what: 'fires for a Pushgateway that keeps exposing an old push',
    input: [{ series: lastCycle, values: `0x${4 * DAY}` }],
    at: 3 * DAY,
    fires: [{ cluster: 'c' }],
  },
  {
    alert: 'KubescapePushSilent',
    what: 'stays silent when one run is late',
    input: [{ series: lastCycle, values: `0 _x${DAY - 1} 86400 _x${2 * DAY}` }],
    at: 2.5 * DAY,
    fires: [],
  },
  {
    alert: 'KubescapePushSilent',
    what: 'fires after two days without a run',
    input: [{ series: lastCycle, values: `0 _x${DAY - 1} 86400 _x${5 * DAY}` }],
    at: 3 * DAY + 30,
    fires: [{ cluster: 'c' }],
  },
  ...deadFor('a CronJob', [
    { days: 29, fires: [{ cluster: 'c' }] },
    { days: 31, fires: [] },
  ]),
];

/** The alert must not resolve by itself soon, but a removed cluster must not fire indefinitely. */
function deadFor(what: string, ends: readonly End[]): AlertCase[] {
  return ends.map(({ days, fires }) => ({
    alert: 'KubescapePushSilent',
    what: `${fires.length > 0 ? 'fires' : 'stays silent'} ${days} days after the last push of ${what}`,
    input: [{ series: lastCycle, values: '0' }],
    at: days * DAY,
    fires,
  }));
}
