import * as z from 'zod';

import { severityFilter, TextFilter } from './text-filter.ts';

/** A Pushgateway adds them to every group, in place of what was pushed under these names. */
const pushgatewayOwn: ReadonlySet<string> = new Set([
  'push_time_seconds',
  'push_failure_time_seconds',
]);

/** A metric of the user's own: a row of the same table as the built-in ones. */
export const CustomMetric = z.strictObject({
  name: z
    .string()
    .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'is no metric name')
    .refine((name) => !pushgatewayOwn.has(name), {
      error: 'is a name that a Pushgateway gives to metrics of its own; call it something else',
    })
    .describe('Full name of the metric; the prefix is not put before it.'),
  help: z.string().min(1).max(1000).describe('HELP text.'),
  labels: z
    .array(z.string())
    .min(1)
    .describe(
      'Labels to group by, out of those that docs/metrics.md lists; always with `cluster`.',
    ),
  where: z
    .strictObject({
      severity: severityFilter.optional(),
      id: TextFilter.optional(),
      package: TextFilter.optional(),
      fixable: z.boolean().optional(),
      rce: z.boolean().optional(),
      relevant: z.boolean().optional(),
      namespace: TextFilter.optional(),
      workload_kind: TextFilter.optional(),
      workload: TextFilter.optional(),
      name: TextFilter.optional(),
      registry: TextFilter.optional(),
      image: TextFilter.optional(),
      tag: TextFilter.optional(),
    })
    .default({})
    .describe(
      'Conditions on findings and containers; all must hold. `relevant` asks whether the container loaded the package at run time; containers of which that is not known are left out.',
    ),
  value: z
    .enum(['count', 'unique', 'max_cvss'])
    .default('count')
    .describe('Number of findings, number of distinct ids, or highest CVSS base score.'),
});
export type CustomMetric = z.infer<typeof CustomMetric>;
