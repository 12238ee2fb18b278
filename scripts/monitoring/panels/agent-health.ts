import type { Flavour } from '../flavour.ts';
import { ofCluster, type Panel, type Query, type Row } from '../panel.ts';
import { selectOwn } from '../selector.ts';

function own(name: string): string {
  return selectOwn(name, ofCluster);
}

/** One line for each cluster. */
function perCluster(name: string, legend: string): Query {
  return {
    expr: ({ overTime }) => `sum by (cluster) (${overTime(own(name))})`,
    legend: `{{cluster}} ${legend}`.trimEnd(),
  };
}

/** Growth of a counter, one line for each receiver. */
function perEndpoint(name: string, legend: string): Query {
  return {
    expr: ({ grownOverTime }) => `sum by (cluster, endpoint) (${grownOverTime(own(name))})`,
    legend: `{{cluster}} {{endpoint}} ${legend}`.trimEnd(),
  };
}

const reading: readonly Panel[] = [
  graph('Reports', 'What was read, and what could not be used, in each cycle.', [
    perCluster('reports_read', 'read'),
    {
      expr: ({ overTime }) => `sum by (cluster, reason) (${overTime(own('reports_skipped'))}) > 0`,
      legend: '{{cluster}} {{reason}}',
    },
    perCluster('source_errors', 'errors of the source'),
  ]),
  graph('Series', 'Series of each cycle, and values added to one with the same labels.', [
    perCluster('series', ''),
    perCluster('series_merged', 'merged'),
  ]),
  {
    title: 'Cycle',
    description: 'How long the last cycle took, and how long it is from one to the next.',
    kind: 'stat',
    queries: [
      {
        expr: ({ latest }) => `max by (cluster) (${latest(own('cycle_duration_seconds'))})`,
        legend: '{{cluster}} took',
      },
      {
        expr: ({ latest }) => `max by (cluster) (${latest(own('interval_seconds'))})`,
        legend: '{{cluster}} every',
      },
    ],
    unit: 's',
    width: 12,
    height: 5,
  },
];

const delivery: readonly Panel[] = [
  {
    title: 'Last success',
    description:
      'Time since the last cycle that each receiver took whole; of shards, the one it is longest for.',
    kind: 'stat',
    queries: [
      {
        expr: ({ latest }) =>
          `time() - min by (cluster, endpoint) (${latest(own('last_success_timestamp_seconds'))})`,
        legend: '{{cluster}} {{endpoint}}',
      },
    ],
    unit: 's',
    width: 12,
    height: 5,
  },
  graph('Samples sent', 'Samples that each receiver took; of an agent, in 30 minutes.', [
    perEndpoint('samples_sent_total', ''),
  ]),
  graph('Samples lost or late', 'Samples that were refused, sent again, or dropped.', [
    perEndpoint('samples_failed_total', 'failed'),
    perEndpoint('samples_retried_total', 'retried'),
    {
      expr: ({ grownOverTime }) =>
        `sum by (cluster, endpoint, reason) (${grownOverTime(own('samples_dropped_total'))})`,
      legend: '{{cluster}} {{endpoint}} dropped: {{reason}}',
    },
  ]),
  {
    ...graph('Bytes sent', 'Bytes of requests, compressed; of an agent, in 30 minutes.', [
      perEndpoint('bytes_sent_total', ''),
    ]),
    unit: 'bytes',
  },
];

export const agentHealth: Row = {
  title: 'kubescape-push itself',
  panels: [
    {
      title: 'Last cycle',
      description: 'Time since results were last read and pushed, in each cluster.',
      kind: 'stat',
      queries: [
        {
          expr: (flavour) => `time() - ${lastCycle(flavour)}`,
          legend: '{{cluster}}',
        },
      ],
      unit: 's',
      width: 6,
      height: 5,
    },
    {
      title: 'Sources',
      description: 'Whether each kind of scan result could be read in the last cycle.',
      kind: 'stat',
      queries: [
        {
          expr: ({ latest }) => `min by (cluster, kind, source) (${latest(own('source_up'))})`,
          legend: '{{cluster}} {{source}} {{kind}}',
        },
      ],
      mappings: { '0': 'down', '1': 'up' },
      thresholds: [{ color: 'green', value: 1 }],
      width: 12,
      height: 5,
    },
    {
      title: 'Version',
      description: 'Versions that push, and for how many clusters or shards.',
      kind: 'stat',
      queries: [
        {
          expr: ({ latest }) => `count by (version) (${latest(own('build_info'))})`,
          legend: '{{version}}',
        },
      ],
      width: 6,
      height: 5,
      color: 'blue',
    },
    ...reading,
    ...delivery,
  ],
};

function lastCycle({ latest }: Flavour): string {
  return `max by (cluster) (${latest(own('last_cycle_timestamp_seconds'))})`;
}

function graph(title: string, description: string, queries: Panel['queries']): Panel {
  return { title, description, kind: 'timeseries', queries, width: 12, height: 7 };
}
