import * as z from 'zod';

import { PositiveDuration } from './duration.ts';
import { checkAccess, cloudAuthFields, httpFields } from './http-access.ts';
import { Headers } from './http-headers.ts';
import { RelabelConfig } from './relabel-config.ts';
import { checkProtocol, protocolFields, protocolOf } from './remote-write-protocol.ts';
import { MetadataConfig, QueueConfig, RateLimit } from './remote-write-queue.ts';
import { unsupportedKey } from './unsupported-key.ts';

/** Prometheus keys that are not supported. */
const unsupported = {
  follow_redirects: unsupportedKey(
    'is not supported, because redirects are not followed; configure the final URL',
    false,
  ),
  enable_http2: unsupportedKey(
    'is not supported; requests use HTTP/1.1, the default of Prometheus',
    false,
  ),
  send_exemplars: unsupportedKey('has no effect, because scan results contain no exemplars', false),
  send_native_histograms: unsupportedKey(
    'has no effect, because scan results contain no histograms',
    false,
  ),
  round_robin_dns: unsupportedKey(
    'is not supported, because connections are reused; balance the load in front of the receiver',
    false,
  ),
  google_iam: unsupportedKey('is not supported'),
  bearer_token: unsupportedKey('is deprecated; use authorization: { credentials: … }'),
  bearer_token_file: unsupportedKey('is deprecated; use authorization: { credentials_file: … }'),
};

/** One receiver, configured like Prometheus' `remote_write`. Unsupported keys are rejected by name. */
export const RemoteWriteEndpoint = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'must start with http:// or https://' })
      .describe(
        'URL of the receiver, such as `https://mimir.example/api/v1/push`. Logs never show credentials in it.',
      ),
    name: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Name in logs and self-metrics. Default: the URL without credentials.'),
    remote_timeout: PositiveDuration.prefault('30s').describe(
      'Timeout of one request, including connecting.',
    ),
    ...protocolFields,
    headers: Headers.default({}).describe('Additional headers, such as `X-Scope-OrgID` for Mimir.'),
    ...httpFields,
    ...cloudAuthFields,
    write_relabel_configs: z
      .array(RelabelConfig)
      .max(1000)
      .default([])
      .describe('Relabeling rules, applied in order before sending.'),
    queue_config: QueueConfig.prefault({}).describe('Batch size, parallel requests and retries.'),
    metadata_config: MetadataConfig.prefault({}).describe('Metadata of metrics.'),
    rate_limit: RateLimit.prefault({}).describe('Limits on the sending rate.'),
    ...unsupported,
  })
  .check(checkAccess)
  .check(checkProtocol)
  .transform((endpoint) => ({ ...endpoint, protocol: protocolOf(endpoint) }));
export type RemoteWriteEndpoint = z.infer<typeof RemoteWriteEndpoint>;
