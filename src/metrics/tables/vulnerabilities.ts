import { severities } from '../../model/severity.ts';
import { containerLabels } from '../label-catalogue.ts';
import type { FindingRow, MetricRow } from '../row.ts';
import type { Where } from '../where.ts';

const rce = 'vulnerabilities related to remote code execution (RCE)';

/** Findings that have their own metric families, one per container and one per cluster. */
interface Count {
  readonly name: string;
  readonly counted: string;
  readonly where: Where;
}

const counts: readonly Count[] = [
  { name: 'rce', counted: rce, where: { rce: true } },
  { name: 'fixable', counted: 'fixable vulnerabilities', where: { fixable: true } },
  ...severities.map((severity) => ({
    name: severity.toLowerCase(),
    counted: `${severity.toLowerCase()} vulnerabilities`,
    where: { severity: { in: [severity] } },
  })),
];

function countRow(row: Pick<FindingRow, 'name' | 'help' | 'labels' | 'where'>): FindingRow {
  return { ...row, over: 'findings', value: 'count' };
}

/**
 * Numbers of findings: nine families per cluster and nine per container. A cluster family is the sum of its
 * container family, so an image that runs twice counts twice.
 */
export const vulnerabilityRows: readonly MetricRow[] = [
  countRow({
    name: 'total_vulnerabilities',
    help: 'Total number of vulnerabilities in cluster',
    labels: ['cluster'],
  }),
  ...counts.map(({ name, counted, where }) =>
    countRow({
      name: `total_${name}_vulnerabilities`,
      help: `Total number of ${counted} in cluster`,
      labels: ['cluster'],
      where,
    }),
  ),
  countRow({
    name: 'total_image_vulnerabilities',
    help: 'Total number of vulnerabilities in image',
    labels: containerLabels,
  }),
  ...counts.map(({ name, counted, where }) =>
    countRow({
      name: `${name}_vulnerabilities`,
      help: `Number of ${counted} in image`,
      labels: containerLabels,
      where,
    }),
  ),
  {
    name: 'total_unique_vulnerabilities',
    help: 'Number of distinct vulnerability ids in cluster. Absent with sharding',
    over: 'findings',
    labels: ['cluster', 'severity'],
    value: 'unique',
    needsWholeCluster: true,
  },
];
