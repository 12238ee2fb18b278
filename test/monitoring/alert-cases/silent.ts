import { type AlertCase, DAY } from './alert-case.ts';

interface End {
  readonly days: number;
  readonly fires: AlertCase['fires'];
}

const lastCycle = 'kubescape_push_last_cycle_timestamp_seconds{cluster="c"}';

export const silentAgent: readonly AlertCase[] = [
  {
    alert: 'KubescapePushSilent',
    what: 'an agent that sends',
    input: [{ series: lastCycle, values: '0x90' }],
    at: 90,
    fires: [],
  },
  {
    alert: 'KubescapePushSilent',
    what: 'one of two shards that has stopped',
    input: [
      { series: lastCycle.replace('}', ',shard="0"}'), values: '0x90' },
      { series: lastCycle.replace('}', ',shard="1"}'), values: '0x20 _x90' },
    ],
    at: 90,
    fires: [{ cluster: 'c', shard: '1' }],
  },
  {
    alert: 'KubescapePushSilent',
    what: 'an agent that has stopped',
    input: [{ series: lastCycle, values: '0x20 _x90' }],
    at: 90,
    fires: [{ cluster: 'c' }],
  },
  ...deadFor('an agent', [
    { days: 29, fires: [{ cluster: 'c' }] },
    { days: 31, fires: [] },
  ]),
  ...[
    { what: 'within two cycles', at: 119, fires: [] },
    { what: 'after two cycles', at: 150, fires: [{ cluster: 'c' }] },
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
  { what: 'a receiver that took the first cycle', ofMimir: '0x160', at: 150, fires: [] },
  { what: 'a receiver that is late', ofMimir: '_x40 0x120', at: 150, fires: [] },
  { what: 'the first half hour', ofMimir: '_x160', at: 30, fires: [] },
  {
    what: 'a receiver that has taken none',
    ofMimir: '_x160',
    at: 150,
    fires: [{ cluster: 'c', endpoint: 'mimir' }],
  },
  // It is the source that fails then, or none could tell of it.
  { what: 'an agent that has nothing', ofMimir: '_x160', ofOther: '_x160', at: 150, fires: [] },
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
    { what: 'one cycle that failed', values: '0x60 1x100', fires: [] },
    {
      what: 'three in a row',
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
    { what: 'a receiver that takes everything', ofMimir: '0+60x160', fires: [] },
    {
      what: 'a receiver that takes nothing any more',
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
    what: 'a source that gives nothing to take',
    input: [
      { series: lastSuccess('mimir'), values: '0x160' },
      { series: 'kubescape_push_interval_seconds{cluster="c"}', values: '3600x160' },
      { series: 'kubescape_push_source_errors{cluster="c",source="kubernetes"}', values: '2x160' },
    ],
    at: 150,
    fires: [],
  },
  ...[
    { what: 'two shards that it takes everything of', second: '0+60x160', fires: [] },
    {
      what: 'one of two shards that it takes nothing of any more',
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

/** Of two shards that send to one receiver. */
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
    what: 'a Pushgateway that goes on showing an old push',
    input: [{ series: lastCycle, values: `0x${4 * DAY}` }],
    at: 3 * DAY,
    fires: [{ cluster: 'c' }],
  },
  {
    alert: 'KubescapePushSilent',
    what: 'one run that is late',
    input: [{ series: lastCycle, values: `0 _x${DAY - 1} 86400 _x${2 * DAY}` }],
    at: 2.5 * DAY,
    fires: [],
  },
  {
    alert: 'KubescapePushSilent',
    what: 'no run for two days',
    input: [{ series: lastCycle, values: `0 _x${DAY - 1} 86400 _x${5 * DAY}` }],
    at: 3 * DAY + 30,
    fires: [{ cluster: 'c' }],
  },
  ...deadFor('a CronJob', [
    { days: 29, fires: [{ cluster: 'c' }] },
    { days: 31, fires: [] },
  ]),
];

/** Nobody has mended it, so it must not look mended; but some day the cluster is just gone. */
function deadFor(what: string, ends: readonly End[]): AlertCase[] {
  return ends.map(({ days, fires }) => ({
    alert: 'KubescapePushSilent',
    what: `${what} that has been dead for ${days} days`,
    input: [{ series: lastCycle, values: '0' }],
    at: days * DAY,
    fires,
  }));
}
