import * as z from 'zod';

import { PositiveDuration } from './duration.ts';
import { checkAccess, cloudAuthFields, httpFields } from './http-access.ts';
import { Headers } from './http-headers.ts';
import { refused } from './refused.ts';
import { RelabelConfig } from './relabel-config.ts';
import { checkProtocol, protocolFields, protocolOf } from './remote-write-protocol.ts';
import { MetadataConfig, QueueConfig, RateLimit } from './remote-write-queue.ts';

/** Keys of Prometheus with nothing behind them here. */
const meaningless = {
  follow_redirects: refused('redirects are not followed: configure the final URL', false),
  enable_http2: refused('requests are HTTP/1.1, as those of Prometheus are by default', false),
  send_exemplars: refused('scan results have no exemplars', false),
  send_native_histograms: refused('scan results have no histograms', false),
  round_robin_dns: refused('connections are kept; balance the load at the receiver', false),
  google_iam: refused('is not supported by Google Cloud, as the documentation of Prometheus says'),
  bearer_token: refused('is outdated: write authorization: { credentials: … }'),
  bearer_token_file: refused('is outdated: write authorization: { credentials_file: … }'),
};

/** One receiver: the block of Prometheus' own configuration, as far as it has a meaning here. */
export const RemoteWriteEndpoint = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'is no http:// or https:// URL' })
      .describe(
        'Receiver, such as `https://mimir.example/api/v1/push`. Never logged with credentials.',
      ),
    name: z.string().min(1).max(200).optional().describe('Name in logs, instead of the URL.'),
    remote_timeout: PositiveDuration.prefault('30s').describe(
      'Limit of one request, from connecting to the end.',
    ),
    ...protocolFields,
    headers: Headers.default({}).describe('Headers to add, such as `X-Scope-OrgID` for Mimir.'),
    ...httpFields,
    ...cloudAuthFields,
    write_relabel_configs: z
      .array(RelabelConfig)
      .max(1000)
      .default([])
      .describe('Rules that change or drop series before they are sent, in order.'),
    queue_config: QueueConfig.prefault({}).describe('Batches, parallel requests and retries.'),
    metadata_config: MetadataConfig.prefault({}).describe('What is told about metrics.'),
    rate_limit: RateLimit.prefault({}).describe('For receivers that limit their tenants.'),
    ...meaningless,
  })
  .check(checkAccess)
  .check(checkProtocol)
  .transform((endpoint) => ({ ...endpoint, protocol: protocolOf(endpoint) }));
export type RemoteWriteEndpoint = z.infer<typeof RemoteWriteEndpoint>;
