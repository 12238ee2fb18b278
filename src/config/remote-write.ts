import * as z from 'zod';

import { PositiveDuration } from './duration.ts';
import { checkAccess, cloudAuthFields, httpFields } from './http-access.ts';
import { Headers } from './http-headers.ts';
import { ignoredFields } from './ignored-keys.ts';
import { RelabelConfig } from './relabel-config.ts';
import { checkProtocol, protocolFields, protocolOf } from './remote-write-protocol.ts';
import { MetadataConfig, QueueConfig, RateLimit } from './remote-write-queue.ts';
import { unsupportedKey } from './unsupported-key.ts';

const text = z.string().min(1);

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
    bearer_token: text
      .optional()
      .describe('Token for the Authorization header, like `authorization.credentials`.'),
    bearer_token_file: text.optional(),
    google_iam: unsupportedKey('is not supported'),
    ...ignoredFields(),
  })
  .check(checkAccess)
  .check(checkProtocol)
  .transform((endpoint) => ({ ...endpoint, protocol: protocolOf(endpoint) }));
export type RemoteWriteEndpoint = z.infer<typeof RemoteWriteEndpoint>;
