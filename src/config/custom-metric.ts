import * as z from 'zod';

import type { ConditionKey } from '../model/metric-conditions.ts';
import { severityFilter, TextFilter } from './text-filter.ts';

/** A Pushgateway adds these to every group and overwrites pushed metrics of the same name. */
const pushgatewayMetrics: ReadonlySet<string> = new Set([
  'push_time_seconds',
  'push_failure_time_seconds',
]);

/** A user-defined metric, evaluated by the same engine as the built-in ones. */
export const CustomMetric = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-zA-Z_:][a-zA-Z0-9_:]*$/,
      'must be a metric name: letters, digits, _ and :, not starting with a digit',
    )
    .refine((name) => !pushgatewayMetrics.has(name), {
      error: 'must not be a name that the Pushgateway uses for its own metrics',
    })
    .describe('Full name of the metric. The prefix is not added.'),
  help: z.string().min(1).max(1000).describe('HELP text.'),
  labels: z
    .array(z.string())
    .min(1)
    .describe('Labels to group by. docs/metrics.md lists them. `cluster` is always added.'),
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
    } satisfies Record<ConditionKey, z.ZodType>)
    .default({})
    .describe(
      'Conditions on findings and containers, all of which must be met. `relevant` is whether the container loaded the package at run time. Containers without this information are left out.',
    ),
  value: z
    .enum(['count', 'unique', 'max_cvss'])
    .default('count')
    .describe(
      'Value: `count` (findings), `unique` (distinct IDs) or `max_cvss` (highest CVSS base score).',
    ),
});
export type CustomMetric = z.infer<typeof CustomMetric>;
