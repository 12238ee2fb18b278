import * as z from 'zod';

import { PositiveDuration } from './duration.ts';
import { checkAccess, httpFields } from './http-access.ts';
import { Headers } from './http-headers.ts';
import { optionRegistry } from './option.ts';

const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

const GroupingLabels = z.record(z.string(), z.string()).check(({ value, issues }) => {
  for (const name of Object.keys(value)) {
    const isTaken = name === 'job' || name === 'cluster' || name === 'shard';
    const message = isTaken
      ? `${name} cannot be set; job, cluster and shard are already part of the grouping key`
      : `${JSON.stringify(name)} must be a label name: letters, digits and _, not starting with a digit or __`;
    if (isTaken || !labelName.test(name)) issues.push({ code: 'custom', input: value, message });
  }
});

const Receiver = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must start with http:// or https://' })
    .optional()
    .describe('URL of the Pushgateway, without `/metrics`.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<url>' }),
  job: z
    .string()
    .min(1)
    .default('kubescape')
    .describe('Job in the grouping key.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<name>' }),
  grouping: GroupingLabels.default({})
    .describe('Additional label of the grouping key, besides job and cluster.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<name=value>' }),
  method: z
    .enum(['put', 'post'])
    .default('put')
    .describe(
      'Push method: `put` replaces the whole group, `post` only metrics with the same names.',
    )
    .register(optionRegistry, { group: 'delivery', placeholder: '<method>' }),
  compression: z
    .enum(['identity', 'gzip'])
    .default('identity')
    .describe('Compression: `identity` or `gzip` (Pushgateway 1.5 or later).')
    .register(optionRegistry, { group: 'delivery', placeholder: '<name>' }),
  timeout: PositiveDuration.prefault('30s')
    .describe('Timeout of one request, including connecting.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<duration>' }),
  warn_series: z
    .int()
    .min(1)
    .default(10_000)
    .describe('Warn when pushing more series than this, because they slow down every later push.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<count>' }),
  max_series: z
    .int()
    .min(1)
    .default(100_000)
    .describe(
      'Maximum number of series to push. A Pushgateway checks all its series on every push.',
    )
    .register(optionRegistry, { group: 'delivery', placeholder: '<count>' }),
  headers: Headers.default({}).describe('Additional headers.'),
  ...httpFields,
});

export const Pushgateway = Receiver.check(checkAccess);
export type Pushgateway = z.infer<typeof Pushgateway>;
