import { controls, resources } from '../flavour.ts';
import { ofCluster, ofNamespace, type Row } from '../panel.ts';
import { select } from '../selector.ts';

export const posture: Row = {
  title: 'Posture (requires configuration scans stored in the cluster)',
  panels: [
    {
      title: 'Failed controls by severity',
      description: 'Failed controls of all resources in the selected clusters.',
      kind: 'timeseries',
      queries: [
        {
          expr: ({ overTime }) =>
            `sum by (severity) (${overTime(select('total_failed_controls', ofCluster))})`,
          legend: '{{severity}}',
        },
      ],
      width: 12,
      height: 8,
    },
    {
      title: 'Resources with the most failed controls',
      description: 'Resources in the selected namespaces. Failed controls of all severities count.',
      kind: 'table',
      queries: [
        {
          expr({ current }) {
            const failed = current(select('failed_controls', ofNamespace), {
              subject: resources,
              matchers: ofNamespace,
            });
            return `topk(20, sum by (cluster, namespace, workload_kind, workload) (${failed}) > 0)`;
          },
        },
      ],
      columns: { hide: ['Time'], value: 'Failed controls' },
      width: 12,
      height: 8,
    },
    {
      title: 'Controls with the most failing resources',
      description: 'Number of resources that fail each control.',
      kind: 'table',
      queries: [
        {
          expr({ current }) {
            const failed = current(select('control_failed_resources', ofCluster), {
              subject: controls,
              matchers: ofCluster,
            });
            return `topk(20, sum by (control_id, control, severity) (${failed}) > 0)`;
          },
        },
      ],
      columns: { hide: ['Time'], value: 'Resources' },
      width: 18,
      height: 8,
    },
    {
      title: 'Scanned resources',
      description: 'Resources with a configuration scan.',
      kind: 'stat',
      queries: [{ expr: ({ latest }) => `sum(${latest(select('scanned_resources', ofCluster))})` }],
      width: 6,
      height: 8,
      color: 'blue',
    },
  ],
};
