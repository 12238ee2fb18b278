import * as z from 'zod';

import { Duration, PositiveDuration } from './duration.ts';
import { refused } from './refused.ts';
import { Size } from './size.ts';

export const QueueConfig = z.strictObject({
  max_samples_per_send: z
    .int()
    .min(1)
    .max(50_000)
    .default(2000)
    .describe('Samples in one request, at most; a request is also closed at 4 MiB.'),
  max_shards: z
    .int()
    .min(1)
    .max(50)
    .default(2)
    .describe('Requests in flight at a time; they never hold the same series.'),
  capacity: z.int().min(1).optional().describe('Samples that may wait for the receiver, at most.'),
  min_backoff: PositiveDuration.prefault('1s').describe(
    'Pause before the first retry; doubles each time.',
  ),
  max_backoff: PositiveDuration.prefault('30s').describe(
    'Longest pause, unless Retry-After asks for more.',
  ),
  retry_on_http_429: z.boolean().default(true).describe('Whether 429 is retried.'),
  sample_age_limit: Duration.prefault('0s').describe(
    'Samples older than this are dropped instead of retried; `0s` is no limit.',
  ),
  min_shards: refused('the number of parallel requests does not change: set max_shards', 1),
  batch_send_deadline: refused('no batch waits for more samples: a cycle sends all it has', '5s'),
});

export const MetadataConfig = z.strictObject({
  send: z.boolean().default(true).describe('Whether type and help of metrics are sent.'),
  send_interval: refused('metadata is sent with the samples it is about', '1m'),
  max_samples_per_send: refused('metadata is sent with the samples it is about', 500, 2000),
});

/** Ours: Prometheus has no such block. */
export const RateLimit = z.strictObject({
  samples_per_second: z.int().min(1).optional().describe('Samples in a second, at most.'),
  bytes_per_second: Size.optional().describe('Compressed bytes in a second, such as `1MiB`.'),
});
