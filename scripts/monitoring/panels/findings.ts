import { severities } from '../../../src/model/severity.ts';
import {
  labelSeverity,
  ofCluster,
  ofNamespace,
  type Panel,
  type Row,
  selectSeverities,
  severityColors,
} from '../panel.ts';
import { select } from '../selector.ts';

/** Totals of the cluster: title, name between `total_` and `vulnerabilities`, colour. */
const totals: readonly (readonly [title: string, name: string, color: string])[] = [
  ...severities.map(
    (severity) =>
      [
        severity,
        `${severity.toLowerCase()}_`,
        severityColors[severity.toLowerCase()] ?? 'text',
      ] as const,
  ),
  ['All findings', '', 'blue'],
  ['Fixable', 'fixable_', 'green'],
  ['Remote code execution', 'rce_', 'purple'],
];

const allTotals = `{__name__=~"kubescape_total_\${severity:regex}_vulnerabilities",${ofCluster}}`;

function bySeverity(values: string): string {
  return `sum by (cluster, severity) (${labelSeverity(values, 'kubescape_total_')})`;
}

export const overview: Row = {
  title: 'Findings in the cluster',
  panels: [
    ...totals.map(([title, name, color], index): Panel => ({
      title,
      description: `${title}, in all namespaces of the chosen clusters. An image counts once per container that runs it.`,
      kind: 'stat',
      queries: [
        {
          expr: ({ latest }) => `sum(${latest(select(`total_${name}vulnerabilities`, ofCluster))})`,
        },
      ],
      width: index < severities.length ? 4 : 8,
      height: 4,
      color,
    })),
    {
      title: 'Change in 7 days',
      description:
        'Findings compared with a week ago, for clusters that report now and reported then.',
      kind: 'bargauge',
      queries: [
        {
          // Per cluster: a cluster that stopped reporting has not fixed anything.
          expr: ({ latest }) =>
            `sum by (severity) (${bySeverity(latest(allTotals))} - ${bySeverity(latest(allTotals, '7d'))})`,
          legend: '{{severity}}',
        },
      ],
      width: 12,
      height: 6,
      thresholds: [{ color: 'red', value: 1 }],
    },
    {
      title: 'Distinct vulnerabilities',
      description: 'Distinct ids: a CVE that is in many images counts once per cluster.',
      kind: 'bargauge',
      queries: [
        {
          expr: ({ latest }) =>
            `sum by (severity) (${latest(select('total_unique_vulnerabilities', ofCluster))})`,
          legend: '{{severity}}',
        },
      ],
      width: 12,
      height: 6,
      color: 'blue',
    },
  ],
};

const chosen = selectSeverities(ofNamespace);

export const development: Row = {
  title: 'Development',
  panels: [
    graph('By severity', {
      expr: ({ overTime }) => `sum by (severity) (${labelSeverity(overTime(chosen))})`,
      legend: '{{severity}}',
    }),
    graph('By namespace', {
      expr: ({ overTime }) => `sum by (cluster, namespace) (${overTime(chosen)})`,
      legend: '{{cluster}} {{namespace}}',
    }),
    graph('All findings by cluster', {
      expr: ({ overTime }) =>
        `sum by (cluster) (${overTime(select('total_image_vulnerabilities', ofNamespace))})`,
      legend: '{{cluster}}',
    }),
    graph('Related to remote code execution, by namespace', {
      expr: ({ overTime }) =>
        `sum by (cluster, namespace) (${overTime(select('rce_vulnerabilities', ofNamespace))})`,
      legend: '{{cluster}} {{namespace}}',
    }),
  ],
};

function graph(title: string, query: Panel['queries'][number]): Panel {
  return {
    title,
    description: `${title}, of the chosen clusters, namespaces and severities.`,
    kind: 'timeseries',
    queries: [query],
    width: 12,
    height: 8,
  };
}
