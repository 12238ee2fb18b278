import * as z from 'zod';

import type { Oauth2Options } from '../http/access-options.ts';
import { checkProxy, proxyFields, toProxyOptions } from './proxy-config.ts';
import { checkSecrets, secretOf } from './secret-fields.ts';
import { TlsConfig, toTlsOptions } from './tls-config.ts';
import { unsupportedKey } from './unsupported-key.ts';

const text = z.string().min(1);

export const Oauth2 = z
  .strictObject({
    client_id: text.describe('Client ID.'),
    client_secret: text.optional().describe('Client secret, or use `client_secret_file`.'),
    client_secret_file: text.optional(),
    token_url: z
      .url({ protocol: /^https?$/, error: 'must start with http:// or https://' })
      .describe('URL of the token endpoint.'),
    scopes: z.array(text).default([]).describe('Scopes to request.'),
    endpoint_params: z
      .record(z.string(), z.string())
      .default({})
      .describe('Additional parameters of the token request, such as `audience`.'),
    tls_config: TlsConfig.optional().describe(
      'TLS settings for the token endpoint, with the same keys as `tls_config` above.',
    ),
    ...proxyFields,
    grant_type: unsupportedKey(
      'must be client_credentials; other grant types are not supported',
      'client_credentials',
      '',
    ),
  })
  .check(checkSecrets({ required: ['client_secret'] }))
  .check(checkProxy);
export type Oauth2 = z.infer<typeof Oauth2>;

export function toOauth2Options(config: Oauth2): Oauth2Options {
  const proxy = toProxyOptions(config);
  return {
    tokenUrl: config.token_url,
    clientId: config.client_id,
    client: { secret: secretOf(config, 'client_secret') ?? { text: '' }, inForm: false },
    scopes: config.scopes,
    endpointParams: config.endpoint_params,
    ...(config.tls_config && { tls: toTlsOptions(config.tls_config) }),
    ...(proxy && { proxy }),
  };
}
