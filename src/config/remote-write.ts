import * as z from 'zod';

import { findReservedHeader } from '../remote-write/reserved-headers.ts';
import { PositiveDuration } from './duration.ts';
import { RelabelConfig } from './relabel-config.ts';

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What HTTP can carry: no line ends, nothing beyond Latin-1. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

const Headers = z.record(z.string(), z.string()).check(({ value, issues }) => {
  function refuse(message: string): void {
    issues.push({ code: 'custom', input: value, message });
  }
  for (const [name, text] of Object.entries(value)) {
    if (!headerName.test(name)) refuse(`${JSON.stringify(name)} is no header name`);
    else if (!headerValue.test(text))
      refuse(`the value of ${name} has characters no header may have`);
  }
  const reserved = findReservedHeader(value);
  if (reserved !== undefined) refuse(`may not set ${reserved}: remote write sets it itself`);
});

const QueueConfig = z.strictObject({
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
  min_backoff: PositiveDuration.prefault('1s').describe(
    'Pause before the first retry; doubles each time.',
  ),
  max_backoff: PositiveDuration.prefault('30s').describe(
    'Longest pause, unless Retry-After asks for more.',
  ),
  retry_on_http_429: z.boolean().default(true).describe('Whether 429 is retried.'),
});

/** One receiver: the block of Prometheus' own configuration, as far as it has a meaning here. */
export const RemoteWriteEndpoint = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'is no http:// or https:// URL' })
    .describe(
      'Receiver, such as `https://mimir.example/api/v1/push`. Never logged with credentials.',
    ),
  name: z.string().min(1).max(200).optional().describe('Name in logs, instead of the URL.'),
  remote_timeout: PositiveDuration.prefault('30s').describe(
    'Limit of one request, from connecting to the end.',
  ),
  headers: Headers.default({}).describe('Headers to add, such as `X-Scope-OrgID` for Mimir.'),
  write_relabel_configs: z
    .array(RelabelConfig)
    .max(1000)
    .default([])
    .describe('Rules that change or drop series before they are sent, in order.'),
  queue_config: QueueConfig.prefault({}).describe('Batches, parallel requests and retries.'),
});
export type RemoteWriteEndpoint = z.infer<typeof RemoteWriteEndpoint>;
