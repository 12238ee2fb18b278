import * as z from 'zod';

import { optionRegistry } from './option.ts';

/** Which part of the images this process reads, when several share a cluster. */
export const Sharding = z.strictObject({
  shards: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('Number of processes that share the cluster.')
    .register(optionRegistry, { group: 'source', flag: '--shards', placeholder: '<count>' }),
  shard: z
    .union([
      z.string().regex(/^(?:auto|\d{1,3})$/, 'is neither auto nor a number from 0'),
      z.int().min(0).max(999),
    ])
    .default('auto')
    .describe('Which of them this one is, from 0; `auto` asks the Indexed Job or the StatefulSet.')
    .register(optionRegistry, { group: 'source', flag: '--shard', placeholder: '<index|auto>' }),
});
export type Sharding = z.infer<typeof Sharding>;
