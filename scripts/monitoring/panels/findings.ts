import { severities } from '../../../src/model/severity.ts';
import {
  labelSeverity,
  ofCluster,
  ofNamespace,
  type Panel,
  type Query,
  type Row,
  selectSeverities,
  severityColors,
} from '../panel.ts';
import { select } from '../selector.ts';

/** Panels of cluster totals. `name` is the part of the metric name between `total_` and `vulnerabilities`. */
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
  ['Fixable findings', 'fixable_', 'green'],
  ['Remote code execution', 'rce_', 'purple'],
];

const allTotals = `{__name__=~"kubescape_total_\${severity:regex}_vulnerabilities",${ofCluster}}`;

function bySeverity(values: string): string {
  return `sum by (cluster, severity) (${labelSeverity(values, 'kubescape_total_')})`;
}

export const overview: Row = {
  title: 'Overview',
  panels: [
    ...totals.map(([title, name, color], index): Panel => ({
      title,
      description: `${title} in all namespaces of the selected clusters. An image counts once for each container that runs it.`,
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
      description: 'Difference from a week ago, in clusters that have data for both days.',
      kind: 'bargauge',
      queries: [
        {
          // Subtracts per cluster: a cluster that stopped reporting must not look as if it was fixed.
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
      description:
        'A CVE counts once per cluster, however many images contain it. Clusters share CVEs, so their numbers cannot be added up. Shards do not send this metric.',
      kind: 'bargauge',
      queries: [
        {
          expr: ({ latest }) =>
            `max by (cluster, severity) (${latest(select('total_unique_vulnerabilities', ofCluster))})`,
          legend: '{{cluster}} {{severity}}',
        },
      ],
      width: 12,
      height: 6,
      color: 'blue',
    },
  ],
};

const chosen = selectSeverities(ofNamespace);

export const trends: Row = {
  title: 'Trends',
  panels: [
    graph('Findings by severity', {
      description: 'Findings in the selected clusters and namespaces, for each selected severity.',
      expr: ({ overTime }) => `sum by (severity) (${labelSeverity(overTime(chosen))})`,
      legend: '{{severity}}',
    }),
    graph('Findings by namespace', {
      description: 'Findings in each selected namespace, for the selected severities.',
      expr: ({ overTime }) => `sum by (cluster, namespace) (${overTime(chosen)})`,
      legend: '{{cluster}} {{namespace}}',
    }),
    graph('All findings by cluster', {
      description: 'Findings of every severity in the selected namespaces of each cluster.',
      expr: ({ overTime }) =>
        `sum by (cluster) (${overTime(select('total_image_vulnerabilities', ofNamespace))})`,
      legend: '{{cluster}}',
    }),
    graph('Remote code execution by namespace', {
      description: 'Findings of any severity that are related to remote code execution.',
      expr: ({ overTime }) =>
        `sum by (cluster, namespace) (${overTime(select('rce_vulnerabilities', ofNamespace))})`,
      legend: '{{cluster}} {{namespace}}',
    }),
  ],
};

interface Graph extends Query {
  readonly description: string;
}

function graph(title: string, { description, ...query }: Graph): Panel {
  return { title, description, kind: 'timeseries', queries: [query], width: 12, height: 8 };
}
