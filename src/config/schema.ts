import * as z from 'zod';

import { defaultMetricGroups, metricGroups } from '../model/metric-group.ts';
import { Agent } from './agent.ts';
import { CustomMetric } from './custom-metric.ts';
import { Duration, PositiveDuration } from './duration.ts';
import { ExternalLabels } from './external-labels.ts';
import { Kubernetes } from './kubernetes.ts';
import { optionRegistry } from './option.ts';
import { Pushgateway } from './pushgateway.ts';
import { checkNames } from './receiver-names.ts';
import { RemoteWriteEndpoint } from './remote-write.ts';
import { Sharding } from './sharding.ts';
import { Size } from './size.ts';

const SourceKeys = z.strictObject({
  files: z
    .strictObject({
      paths: z
        .array(z.string().min(1))
        .default([])
        .describe(
          'File or folder with scan results, or `-` for stdin. Default: read from the cluster.',
        )
        .register(optionRegistry, { group: 'source', flag: '--from', placeholder: '<path>' }),
      max_document_size: Size.prefault('64MiB')
        .describe('Maximum size of one document. Each item of a list counts as a document.')
        .register(optionRegistry, {
          group: 'source',
          flag: '--max-document-size',
          placeholder: '<size>',
        }),
    })
    .prefault({}),
  kubernetes: Kubernetes.prefault({}),
  sharding: Sharding.prefault({}),
});

const Source = SourceKeys.check(({ value, issues }) => {
  if (value.files.paths.length === 0) return;
  for (const path of findPartialReads(value)) {
    const message = 'only works with a cluster; --from reads files completely';
    issues.push({ code: 'custom', input: value, path: [...path], message });
  }
});

/** Keys that restrict the read to a part of the scan results. */
function findPartialReads({ kubernetes, sharding }: z.infer<typeof SourceKeys>) {
  const filters = [
    'include_namespaces',
    'exclude_namespaces',
    'include_workloads',
    'exclude_workloads',
  ] as const;
  const set = filters.filter((key) => kubernetes[key].length > 0);
  const parts = set.map((key) => ['kubernetes', key]);
  return sharding.shards > 1 ? [...parts, ['sharding', 'shards']] : parts;
}

const Metrics = z.strictObject({
  prefix: z
    .string()
    .regex(/^(?:[a-zA-Z_:][a-zA-Z0-9_:]*)?$/, 'must be a valid start of a metric name')
    .default('kubescape_')
    .describe('Prefix of every built-in metric name. May be empty.')
    .register(optionRegistry, { group: 'metrics', placeholder: '<text>' }),
  groups: z
    .array(z.enum(metricGroups))
    .default([...defaultMetricGroups])
    .describe(`Metric group to send: ${metricGroups.join(', ')}.`)
    .register(optionRegistry, { group: 'metrics', placeholder: '<name>' }),
  max_label_value_bytes: z
    .int()
    .min(16)
    .max(65_536)
    .default(1024)
    .describe(
      'Maximum length of a label value in bytes. Longer values are truncated, because receivers reject or drop them.',
    )
    .register(optionRegistry, { group: 'metrics', placeholder: '<bytes>' }),
  max_labels: z
    .int()
    .min(1)
    .max(1000)
    .default(30)
    .describe(
      'Maximum number of labels per series, including its name. Added labels are dropped first.',
    )
    .register(optionRegistry, { group: 'metrics', placeholder: '<count>' }),
  custom: z.array(CustomMetric).max(1000).default([]).describe('User-defined metrics.'),
});

const Log = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Minimum log level: debug, info, warn, error or silent.')
    .register(optionRegistry, { group: 'log', placeholder: '<level>' }),
  format: z
    .enum(['auto', 'json', 'pretty'])
    .default('auto')
    .describe('Log format on stderr: json, pretty or auto (pretty on a terminal, JSON elsewhere).')
    .register(optionRegistry, { group: 'log', placeholder: '<format>' }),
});

/** The configuration. Flags, environment variables, docs and the chart's schema derive from it. */
export const Config = z.strictObject({
  cluster: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Cluster name, used as the label `cluster`. Default: the name in the scan results.')
    .register(optionRegistry, { group: 'source', placeholder: '<name>' }),
  source: Source.prefault({}),
  state_dir: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder for cached findings and undelivered samples. Only one process at a time may use it, or all shards of one cluster.',
    )
    .register(optionRegistry, { group: 'source', flag: '--state-dir', placeholder: '<path>' }),
  state_max_size: Size.prefault('256MiB')
    .describe(
      'Maximum size of undelivered samples kept per receiver. The oldest are dropped first.',
    )
    .register(optionRegistry, { group: 'source', flag: '--state-max-size', placeholder: '<size>' }),
  strict: z
    .boolean()
    .default(false)
    .describe('Exit with 5 even for minor report problems that also occur in healthy clusters.')
    .register(optionRegistry, { group: 'source', placeholder: '' }),
  metrics: Metrics.prefault({}),
  external_labels: ExternalLabels.default({})
    .describe('Label to add to every remote-write series that does not have it yet.')
    .register(optionRegistry, {
      group: 'delivery',
      flag: '--external-label',
      placeholder: '<name=value>',
    }),
  remote_write: z
    .array(RemoteWriteEndpoint)
    .max(100)
    .check(checkNames)
    .default([])
    .describe('URL of a remote-write receiver. The configuration file allows more settings.')
    .register(optionRegistry, {
      group: 'delivery',
      flag: '--remote-write-url',
      placeholder: '<url>',
    }),
  pushgateway: Pushgateway.prefault({}),
  retry_budget: Duration.prefault('2m')
    .describe('Give up a push to a receiver after the receiver has failed for this long.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<duration>' }),
  deadline: PositiveDuration.optional()
    .describe(
      'Timeout of a whole push. Samples not delivered by then count as failed. Ignored by `agent`.',
    )
    .register(optionRegistry, { group: 'delivery', placeholder: '<duration>' }),
  agent: Agent.prefault({}),
  log: Log.prefault({}),
});
export type Config = z.infer<typeof Config>;
