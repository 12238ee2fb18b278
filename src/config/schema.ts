import * as z from 'zod';

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

export const metricGroups = ['vulnerabilities', 'scans', 'posture'] as const;

const SourceKeys = z.strictObject({
  files: z
    .strictObject({
      paths: z
        .array(z.string().min(1))
        .default([])
        .describe('Scan results in files: paths, folders, or `-`. Without it, the cluster is read.')
        .register(optionRegistry, { group: 'source', flag: '--from', placeholder: '<path>' }),
      max_document_size: Size.prefault('64MiB')
        .describe('Largest single document that is read; a list counts each of its items.')
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
  for (const path of findParts(value)) {
    const message = 'is for reading a cluster; scan results in files (--from) are read whole';
    issues.push({ code: 'custom', input: value, path: [...path], message });
  }
});

/** Keys of what leaves out a part of the scan results. */
function findParts({ kubernetes, sharding }: z.infer<typeof SourceKeys>) {
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
    .regex(/^(?:[a-zA-Z_:][a-zA-Z0-9_:]*)?$/, 'cannot begin a metric name')
    .default('kubescape_')
    .describe('Put before every built-in name; may be empty.')
    .register(optionRegistry, { group: 'metrics', placeholder: '<text>' }),
  groups: z
    .array(z.enum(metricGroups))
    .default([...metricGroups])
    .describe('Groups of metrics to emit.')
    .register(optionRegistry, { group: 'metrics', placeholder: '<name>' }),
  max_label_value_bytes: z
    .int()
    .min(16)
    .max(65_536)
    .default(1024)
    .describe('Label values are cut to this many bytes; receivers refuse or drop longer ones.')
    .register(optionRegistry, { group: 'metrics', placeholder: '<bytes>' }),
  max_labels: z
    .int()
    .min(1)
    .max(1000)
    .default(30)
    .describe('Labels of a series, with its name; those that were added to it are left out first.')
    .register(optionRegistry, { group: 'metrics', placeholder: '<count>' }),
  custom: z.array(CustomMetric).max(1000).default([]).describe('Metrics of your own.'),
});

const Log = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least important message that is logged.')
    .register(optionRegistry, { group: 'log', placeholder: '<level>' }),
  format: z
    .enum(['auto', 'json', 'pretty'])
    .default('auto')
    .describe('Format of the log on stderr; `auto` is pretty on a terminal and JSON elsewhere.')
    .register(optionRegistry, { group: 'log', placeholder: '<format>' }),
});

/** The whole configuration. Flags, environment variables and docs all come from here. */
export const Config = z.strictObject({
  cluster: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Name of the cluster, the label `cluster`. Default: the name in the scan results.')
    .register(optionRegistry, { group: 'source', placeholder: '<name>' }),
  source: Source.prefault({}),
  state_dir: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder for what survives a run: findings that need not be read again, and samples that receivers have not taken. For one process at a time, or for the shards of one cluster.',
    )
    .register(optionRegistry, { group: 'source', flag: '--state-dir', placeholder: '<path>' }),
  state_max_size: Size.prefault('256MiB')
    .describe('Of the samples kept there for one receiver; beyond, the oldest are given up.')
    .register(optionRegistry, { group: 'source', flag: '--state-max-size', placeholder: '<size>' }),
  strict: z
    .boolean()
    .default(false)
    .describe('Whether odd reports that healthy clusters have too make a run incomplete (exit 5).')
    .register(optionRegistry, { group: 'source', placeholder: '' }),
  metrics: Metrics.prefault({}),
  external_labels: ExternalLabels.default({})
    .describe('Labels to add to every series for remote write, if it does not have them.')
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
    .describe('Remote write receivers. On the command line only their URLs.')
    .register(optionRegistry, {
      group: 'delivery',
      flag: '--remote-write-url',
      placeholder: '<url>',
    }),
  pushgateway: Pushgateway.prefault({}),
  retry_budget: Duration.prefault('2m')
    .describe('How long a receiver may fail before the rest of the push to it is given up.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<duration>' }),
  deadline: PositiveDuration.optional()
    .describe(
      'Limit of a whole push; what is not delivered by then counts as failed. An agent has none.',
    )
    .register(optionRegistry, { group: 'delivery', placeholder: '<duration>' }),
  agent: Agent.prefault({}),
  log: Log.prefault({}),
});
export type Config = z.infer<typeof Config>;
