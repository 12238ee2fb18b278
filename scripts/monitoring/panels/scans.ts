import { containers, type Flavour, states } from '../flavour.ts';
import { ofCluster, ofNamespace, type Panel, type Row } from '../panel.ts';
import { select } from '../selector.ts';

const DAY = 86_400;

function scannedAt(flavour: Flavour): string {
  const selector = select('image_scan_timestamp_seconds', ofNamespace);
  return flavour.current(selector, { subject: containers, matchers: ofNamespace });
}

const databaseBuiltAt = select('vulnerability_database_built_timestamp_seconds', ofCluster);

export const scans: Row = {
  title: 'Scans',
  panels: [
    age('Newest result', 2 * DAY, (flavour) => `max by (cluster) (${scannedAt(flavour)})`),
    age('Vulnerability database', 3 * DAY, ({ latest }) => {
      return `max by (cluster) (${latest(databaseBuiltAt)})`;
    }),
    count('Images', 'scanned_images'),
    count('Containers', 'scanned_containers'),
    count('Containers with a missing result', 'scan_references_dangling'),
    {
      title: 'Oldest results',
      description: 'Time since a scan last changed the result of the container.',
      kind: 'table',
      queries: [{ expr: (flavour) => `topk(20, time() - ${scannedAt(flavour)})` }],
      columns: { hide: ['Time', 'registry', 'workload_kind'], value: 'Age' },
      unit: 's',
      width: 16,
      height: 8,
    },
    {
      title: 'Scan states',
      description: 'Containers by the state of their last scan.',
      kind: 'piechart',
      queries: [
        {
          expr: ({ current }) =>
            `count by (status) (${current(select(states.anchor, ofNamespace), { subject: states, matchers: ofNamespace })})`,
          legend: '{{status}}',
        },
      ],
      width: 8,
      height: 8,
    },
  ],
};

function count(title: string, name: string): Panel {
  return {
    title,
    description: `${title} in all namespaces of the selected clusters.`,
    kind: 'stat',
    queries: [{ expr: ({ latest }) => `sum(${latest(select(name, ofCluster))})` }],
    width: 4,
    height: 5,
    color: 'blue',
  };
}

function age(title: string, limit: number, moment: (flavour: Flavour) => string): Panel {
  return {
    title: `${title} age`,
    description: `Age of the ${title.toLowerCase()} in each cluster.`,
    kind: 'stat',
    queries: [{ expr: (flavour) => `time() - ${moment(flavour)}`, legend: '{{cluster}}' }],
    unit: 's',
    width: 6,
    height: 5,
    thresholds: [
      { color: 'orange', value: limit },
      { color: 'red', value: 3 * limit },
    ],
  };
}
