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
      'Kubeconfig file. Default: the service account of the pod, otherwise KUBECONFIG or ~/.kube/config.',
    )
    .register(optionRegistry, { group: 'source', flag: '--kubeconfig', placeholder: '<path>' }),
  context: z
    .string()
    .min(1)
    .optional()
    .describe('Context of the kubeconfig. Default: its current context.')
    .register(optionRegistry, { group: 'source', flag: '--context', placeholder: '<name>' }),
  namespace: z
    .string()
    .min(1)
    .default('kubescape')
    .describe('Namespace of the Kubescape operator, which contains the scan results.')
    .register(optionRegistry, {
      group: 'source',
      flag: '--kubescape-namespace',
      placeholder: '<name>',
    }),
  include_namespaces: Names.describe('Include only workloads in this namespace.').register(
    optionRegistry,
    { group: 'source', flag: '--include-namespace', placeholder: '<name>' },
  ),
  exclude_namespaces: Names.describe('Exclude workloads in this namespace.').register(
    optionRegistry,
    {
      group: 'source',
      flag: '--exclude-namespace',
      placeholder: '<name>',
    },
  ),
  include_workloads: Names.describe('Include only workloads with this name.').register(
    optionRegistry,
    {
      group: 'source',
      flag: '--include-workload',
      placeholder: '<name>',
    },
  ),
  exclude_workloads: Names.describe('Exclude workloads with this name.').register(optionRegistry, {
    group: 'source',
    flag: '--exclude-workload',
    placeholder: '<name>',
  }),
  wait_quiet: PositiveDuration.optional()
    .describe('Before reading, wait until no scan result has changed for this long.')
    .register(optionRegistry, { group: 'source', flag: '--wait-quiet', placeholder: '<duration>' }),
  wait_timeout: Duration.prefault('30m')
    .describe('Maximum wait for `--wait-quiet`. Afterwards, read with a warning.')
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
      'Manifests to read in parallel. The storage server has one worker for them, which running scans also need.',
    )
    .register(optionRegistry, {
      group: 'source',
      flag: '--read-concurrency',
      placeholder: '<count>',
    }),
  timeout: PositiveDuration.prefault('60s')
    .describe('Timeout for the first byte of a response and for any pause while reading it.')
    .register(optionRegistry, {
      group: 'source',
      flag: '--read-timeout',
      placeholder: '<duration>',
    }),
  retry_budget: Duration.prefault('2m')
    .describe('Give up reading after the API server has failed for this long without a success.')
    .register(optionRegistry, {
      group: 'source',
      flag: '--read-retry-budget',
      placeholder: '<duration>',
    }),
});

export const Kubernetes = Keys.check(({ value, issues }) => {
  const { wait_quiet: quietMs, wait_timeout: limitMs } = value;
  if (quietMs === undefined || quietMs <= limitMs) return;
  issues.push({
    code: 'custom',
    input: quietMs,
    path: ['wait_quiet'],
    message: 'must not be longer than wait_timeout',
  });
});
export type Kubernetes = z.infer<typeof Kubernetes>;
