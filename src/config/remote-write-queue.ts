import * as z from 'zod';

import { remoteWriteDefaults } from '../remote-write/defaults.ts';
import { Duration, PositiveDuration } from './duration.ts';
import { ignoredFields } from './ignored-keys.ts';
import { queueMaxima } from './queue-maxima.ts';
import { Size } from './size.ts';

export const QueueConfig = z.strictObject({
  max_samples_per_send: z
    .int()
    .min(1)
    .transform((samples) => Math.min(samples, queueMaxima.max_samples_per_send))
    .default(remoteWriteDefaults.maxSamplesPerSend)
    .describe('Maximum number of samples per request. A request never exceeds 8 MiB.'),
  max_shards: z
    .int()
    .min(1)
    .transform((shards) => Math.min(shards, queueMaxima.max_shards))
    .default(2)
    .describe('Maximum number of requests in flight. They never contain the same series.'),
  capacity: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Maximum number of samples waiting for the receiver. If it does not answer, more may wait, so that other receivers are not delayed.',
    ),
  min_backoff: PositiveDuration.prefault('1s').describe(
    'Pause before the first retry. Doubles with each retry.',
  ),
  max_backoff: PositiveDuration.prefault('30s').describe(
    'Maximum pause between retries. A longer Retry-After takes precedence.',
  ),
  retry_on_http_429: z.boolean().default(true).describe('Retry requests answered with 429.'),
  sample_age_limit: Duration.prefault('0s').describe(
    'Drop samples older than this instead of retrying them. `0s`: no limit.',
  ),
  ...ignoredFields('queue_config'),
});

export const MetadataConfig = z.strictObject({
  send: z.boolean().default(true).describe('Send the type and help text of metrics.'),
  ...ignoredFields('metadata_config'),
});

/** Limits on the sending rate. Not part of Prometheus' configuration. */
export const RateLimit = z.strictObject({
  samples_per_second: z.int().min(1).optional().describe('Maximum number of samples per second.'),
  bytes_per_second: Size.optional().describe(
    'Maximum number of compressed bytes per second, such as `1MiB`.',
  ),
});
