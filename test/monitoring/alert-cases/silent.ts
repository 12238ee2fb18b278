import { type AlertCase, DAY } from './alert-case.ts';

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
    what: 'an agent that has stopped',
    input: [{ series: lastCycle, values: '0x20 _x90' }],
    at: 90,
    fires: [{ cluster: 'c' }],
  },
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

export const silentCronjob: readonly AlertCase[] = [
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
];
