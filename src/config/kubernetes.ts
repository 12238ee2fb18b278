import * as z from 'zod';

import { Duration, PositiveDuration } from './duration.ts';
import { optionRegistry } from './option.ts';

const Names = z.array(z.string().min(1)).max(10_000).default([]);

const Keys = z.strictObject({
  kubeconfig: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Kubeconfig file. Default: the service account of the pod, else KUBECONFIG or ~/.kube/config.',
    )
    .register(optionRegistry, { group: 'source', flag: '--kubeconfig', placeholder: '<path>' }),
  context: z
    .string()
    .min(1)
    .optional()
    .describe('Context of the kubeconfig. Default: its current one.')
    .register(optionRegistry, { group: 'source', flag: '--context', placeholder: '<name>' }),
  namespace: z
    .string()
    .min(1)
    .default('kubescape')
    .describe('Namespace of the Kubescape operator, where all manifests lie.')
    .register(optionRegistry, {
      group: 'source',
      flag: '--kubescape-namespace',
      placeholder: '<name>',
    }),
  include_namespaces: Names.describe('Only workloads of these namespaces.').register(
    optionRegistry,
    { group: 'source', flag: '--include-namespace', placeholder: '<name>' },
  ),
  exclude_namespaces: Names.describe('No workloads of these namespaces.').register(optionRegistry, {
    group: 'source',
    flag: '--exclude-namespace',
    placeholder: '<name>',
  }),
  include_workloads: Names.describe('Only workloads of these names.').register(optionRegistry, {
    group: 'source',
    flag: '--include-workload',
    placeholder: '<name>',
  }),
  exclude_workloads: Names.describe('No workloads of these names.').register(optionRegistry, {
    group: 'source',
    flag: '--exclude-workload',
    placeholder: '<name>',
  }),
  wait_quiet: PositiveDuration.optional()
    .describe('First wait until no scan result has changed for this long.')
    .register(optionRegistry, { group: 'source', flag: '--wait-quiet', placeholder: '<duration>' }),
  wait_timeout: Duration.prefault('30m')
    .describe('Longest wait for that; then what is there is read, with a warning.')
    .register(optionRegistry, {
      group: 'source',
      flag: '--wait-timeout',
      placeholder: '<duration>',
    }),
  concurrency: z
    .int()
    .min(1)
    .max(16)
    .default(1)
    .describe(
      'Manifests that are read at a time. The server has one worker for them, which scans need too.',
    )
    .register(optionRegistry, {
      group: 'source',
      flag: '--read-concurrency',
      placeholder: '<count>',
    }),
  timeout: PositiveDuration.prefault('60s')
    .describe('Limit of one request until its answer begins, and of each pause within the answer.')
    .register(optionRegistry, {
      group: 'source',
      flag: '--read-timeout',
      placeholder: '<duration>',
    }),
  retry_budget: Duration.prefault('2m')
    .describe('How long the API server may fail in a row before reading is given up.')
    .register(optionRegistry, {
      group: 'source',
      flag: '--read-retry-budget',
      placeholder: '<duration>',
    }),
});

/** Where the storage API is, and which part of it to read. */
export const Kubernetes = Keys.check(({ value, issues }) => {
  const { wait_quiet: quietMs, wait_timeout: limitMs } = value;
  if (quietMs === undefined || quietMs <= limitMs) return;
  issues.push({
    code: 'custom',
    input: quietMs,
    path: ['wait_quiet'],
    message: 'cannot be longer than wait_timeout, the longest wait for it',
  });
});
export type Kubernetes = z.infer<typeof Kubernetes>;
