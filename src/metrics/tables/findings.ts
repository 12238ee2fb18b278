import { containerLabels } from '../label-catalogue.ts';
import type { FindingRow, MetricRow } from '../row.ts';

const findingLabels = ['severity', 'fixable'] as const;

function countRow(row: Pick<FindingRow, 'name' | 'help' | 'labels' | 'where'>): FindingRow {
  return { ...row, over: 'findings', value: 'count' };
}

/** The same counts as the families of `vulnerabilities`, as one family with labels. */
export const findingRows: readonly MetricRow[] = [
  countRow({
    name: 'findings',
    help: 'Number of vulnerabilities in a container, by severity and whether a fixed version exists',
    labels: [...containerLabels, ...findingLabels],
  }),
  countRow({
    name: 'total_findings',
    help: 'Number of vulnerabilities in the cluster, by severity and whether a fixed version exists',
    labels: ['cluster', ...findingLabels],
  }),
];

/** Findings in packages that a container loaded at run time. Absent for containers that were not observed. */
export const relevancyRows: readonly MetricRow[] = [
  countRow({
    name: 'relevant_findings',
    help: 'Number of vulnerabilities in packages that the container loaded. Absent for containers that were not observed',
    labels: [...containerLabels, ...findingLabels],
    where: { relevant: true },
  }),
  countRow({
    name: 'total_relevant_findings',
    help: 'Number of vulnerabilities in packages that observed containers loaded',
    labels: ['cluster', ...findingLabels],
    where: { relevant: true },
  }),
];

/** The only built-in family with a series per vulnerability. */
export const cveRows: readonly MetricRow[] = [
  {
    name: 'image_vulnerability',
    help: 'CVSS base score of a vulnerability in an image, 0 if the scan has none. Join it with workload_image_info',
    over: 'findings',
    labels: [
      ...(['cluster', 'registry', 'image', 'tag', 'image_id'] as const),
      ...(['vulnerability_id', 'severity', 'package', 'package_version'] as const),
      ...(['fixed_version', 'fixable'] as const),
    ],
    value: 'max_cvss',
  },
];
