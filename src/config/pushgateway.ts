import * as z from 'zod';

import { Duration } from './duration.ts';
import { optionRegistry } from './option.ts';

const GroupingLabels = z
  .record(
    z
      .string()
      .regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, 'is no label name that a grouping key may have'),
    z.string(),
  )
  .refine((labels) => !('job' in labels) && !('cluster' in labels), {
    error: 'may not hold job or cluster: those are always part of the grouping key',
  });

export const Pushgateway = z.strictObject({
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
  timeout: Duration.prefault('30s')
    .describe('Limit of one request, from connecting to the end.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<duration>' }),
  max_series: z
    .int()
    .min(1)
    .default(100_000)
    .describe('Series that are pushed at most: a Pushgateway checks all of them on every push.')
    .register(optionRegistry, { group: 'delivery', placeholder: '<count>' }),
});
export type Pushgateway = z.infer<typeof Pushgateway>;
