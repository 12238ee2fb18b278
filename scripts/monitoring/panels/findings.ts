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
      description: `${title}, in all namespaces of the chosen clusters; an image that runs in several containers counts in each.`,
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
        'How many findings there are more, or fewer, than a week ago, in clusters that were there then and are now.',
      kind: 'bargauge',
      queries: [
        {
          // Each cluster for itself: one that fell silent has not mended anything.
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
      description: 'Distinct ids: the same CVE in many images counts once in each cluster.',
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
