import { containers, type Flavour } from '../flavour.ts';
import { labelSeverity, ofNamespace, type Row, selectSeverities } from '../panel.ts';
import { select } from '../selector.ts';

/** Uses `max`, not `sum`, because all containers that run an image have the same findings. */
const byImage = 'max by (cluster, registry, image, tag)';
const byWorkload = 'sum by (cluster, namespace, workload_kind, workload)';

function current(flavour: Flavour, selector: string): string {
  return flavour.current(selector, { subject: containers, matchers: ofNamespace });
}

const critical = select('critical_vulnerabilities', ofNamespace);
const fixable = select('fixable_vulnerabilities', ofNamespace);
const all = select('total_image_vulnerabilities', ofNamespace);

export const images: Row = {
  title: 'Images and workloads',
  panels: [
    {
      title: 'Top 10 images by critical findings',
      description:
        'Running images with the most critical findings. An image counts once, however many containers run it.',
      kind: 'bargauge',
      queries: [
        {
          expr: (flavour) => `topk(10, ${byImage} (${current(flavour, critical)}) > 0)`,
          legend: '{{image}}:{{tag}}',
        },
      ],
      width: 12,
      height: 10,
      color: 'dark-red',
    },
    {
      title: 'Fixable share',
      description: 'Findings that a package update fixes, and findings without a fix.',
      kind: 'piechart',
      queries: [
        { expr: (flavour) => `sum(${current(flavour, fixable)})`, legend: 'fixable' },
        {
          expr: (flavour) => `sum(${current(flavour, all)}) - sum(${current(flavour, fixable)})`,
          legend: 'no fix yet',
        },
      ],
      width: 12,
      height: 10,
    },
    {
      title: 'Images by severity',
      description: 'Findings in each image, for the selected severities.',
      kind: 'table',
      queries: [
        {
          expr(flavour) {
            const found = labelSeverity(current(flavour, selectSeverities(ofNamespace)));
            const named = `label_join(${found}, "reference", ":", "image", "tag")`;
            return `max by (reference, severity) (${named})`;
          },
        },
      ],
      matrix: { row: 'reference', column: 'severity' },
      width: 12,
      height: 10,
    },
    {
      title: 'Patch first',
      description:
        'Workloads that have critical findings, by their number of fixable findings of any severity.',
      kind: 'table',
      queries: [
        {
          expr: (flavour) =>
            `topk(50, ${byWorkload} (${current(flavour, fixable)}) > 0 and ${byWorkload} (${current(flavour, critical)}) > 0)`,
        },
      ],
      columns: { hide: ['Time'], value: 'Fixable findings' },
      width: 12,
      height: 10,
    },
    {
      title: 'Fixable findings by namespace',
      description: 'Findings of any severity that a package update fixes.',
      kind: 'bargauge',
      queries: [
        {
          expr: (flavour) => `topk(20, sum by (cluster, namespace) (${current(flavour, fixable)}))`,
          legend: '{{cluster}} {{namespace}}',
        },
      ],
      width: 24,
      height: 8,
      color: 'green',
    },
  ],
};
