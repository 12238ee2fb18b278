import type { Flavour } from '../flavour.ts';
import { ofCluster, type Panel, type Query, type Row } from '../panel.ts';
import { selectOwn } from '../selector.ts';

function own(name: string): string {
  return selectOwn(name, ofCluster);
}

function perCluster(name: string, legend: string): Query {
  return {
    expr: ({ overTime }) => `sum by (cluster) (${overTime(own(name))})`,
    legend: `{{cluster}} ${legend}`.trimEnd(),
  };
}

/** Growth of a counter per receiver. */
function perEndpoint(name: string, legend: string): Query {
  return {
    expr: ({ grownOverTime }) => `sum by (cluster, endpoint) (${grownOverTime(own(name))})`,
    legend: `{{cluster}} {{endpoint}} ${legend}`.trimEnd(),
  };
}

const reading: readonly Panel[] = [
  graph('Reports', 'Reports read and skipped in each push.', [
    perCluster('reports_read', 'read'),
    {
      expr: ({ overTime }) => `sum by (cluster, reason) (${overTime(own('reports_skipped'))}) > 0`,
      legend: '{{cluster}} {{reason}}',
    },
    perCluster('source_errors', 'source errors'),
  ]),
  graph('Series', 'Series in each push, and series merged because their labels were equal.', [
    perCluster('series', ''),
    perCluster('series_merged', 'merged'),
  ]),
  {
    title: 'Push duration and interval',
    description: 'Duration of the last push, and the configured time between pushes.',
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
      'Time since each receiver last accepted a complete push. With shards, the longest time.',
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
  graph(
    'Samples sent',
    'Samples accepted by each receiver, per run of a CronJob or per 30 minutes of an agent.',
    [perEndpoint('samples_sent_total', '')],
  ),
  graph('Samples lost or retried', 'Samples that were rejected, retried or dropped.', [
    perEndpoint('samples_failed_total', 'failed'),
    perEndpoint('samples_retried_total', 'retried'),
    {
      expr: ({ grownOverTime }) =>
        `sum by (cluster, endpoint, reason) (${grownOverTime(own('samples_dropped_total'))})`,
      legend: '{{cluster}} {{endpoint}} dropped: {{reason}}',
    },
  ]),
  {
    ...graph(
      'Bytes sent',
      'Compressed size of accepted requests, per run of a CronJob or per 30 minutes of an agent.',
      [perEndpoint('bytes_sent_total', '')],
    ),
    unit: 'bytes',
  },
];

export const agentHealth: Row = {
  title: 'kubescape-push health',
  panels: [
    {
      title: 'Last push',
      description: 'Time since scan results were last read and pushed, per cluster.',
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
      description: 'Whether each kind of scan result could be read for the last push.',
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
      description:
        'Running versions of kubescape-push, and the number of clusters or shards with each.',
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
