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
      ? `may not hold ${name}: job, cluster and shard are part of the grouping key as it is`
      : `${JSON.stringify(name)} is no label name that a grouping key may have`;
    if (isTaken || !labelName.test(name)) issues.push({ code: 'custom', input: value, message });
  }
});

const Receiver = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'is no http:// or https:// URL' })
    .optional()
    .describe('Pushgateway to push to, without `/metrics`.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<url>' }),
  job: z
    .string()
    .min(1)
    .default('kubescape')
    .describe('Job of the grouping key.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<name>' }),
  grouping: GroupingLabels.default({})
    .describe('More labels for the grouping key, beside job and cluster.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<name=value>' }),
  method: z
    .enum(['put', 'post'])
    .default('put')
    .describe('How to push: `put` replaces the group, `post` keeps its metrics of other names.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<method>' }),
  compression: z
    .enum(['identity', 'gzip', 'snappy'])
    .default('identity')
    .describe('Of a push. `gzip` needs Pushgateway 1.5, `snappy` (its framed format) 1.6.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<name>' }),
  timeout: PositiveDuration.prefault('30s')
    .describe('Limit of one request, from connecting to the end.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<duration>' }),
  warn_series: z
    .int()
    .min(1)
    .default(10_000)
    .describe('More series than this are pushed with a warning: every later push gets slower.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<count>' }),
  max_series: z
    .int()
    .min(1)
    .default(100_000)
    .describe('Series that are pushed at most: a Pushgateway checks all of them on every push.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<count>' }),
  headers: Headers.default({}).describe('Headers to add.'),
  ...httpFields,
});

export const Pushgateway = Receiver.check(checkAccess);
export type Pushgateway = z.infer<typeof Pushgateway>;
