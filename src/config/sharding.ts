import * as z from 'zod';

import { optionRegistry } from './option.ts';

/** Splits the images of one cluster among several processes. */
export const Sharding = z.strictObject({
  shards: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('Number of processes among which the images of the cluster are split.')
    .register(optionRegistry, { group: 'source', flag: '--shards', placeholder: '<count>' }),
  shard: z
    .union([
      z.string().regex(/^(?:auto|\d{1,3})$/, 'must be auto or a number starting at 0'),
      z.int().min(0).max(999),
    ])
    .default('auto')
    .describe(
      'Index of this process, starting at 0. `auto`: take it from the Indexed Job or StatefulSet.',
    )
    .register(optionRegistry, { group: 'source', flag: '--shard', placeholder: '<index|auto>' }),
});
export type Sharding = z.infer<typeof Sharding>;
