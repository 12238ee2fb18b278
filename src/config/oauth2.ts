import * as z from 'zod';

import type { Oauth2Options } from '../http/access-options.ts';
import { checkProxy, proxyFields, toProxyOptions } from './proxy-config.ts';
import { refused } from './refused.ts';
import { checkSecrets, secretOf } from './secret-fields.ts';
import { TlsConfig, toTlsOptions } from './tls-config.ts';

const text = z.string().min(1);

export const Oauth2 = z
  .strictObject({
    client_id: text.describe('Client of the token server.'),
    client_secret: text.optional().describe('Its secret; or `client_secret_file`.'),
    client_secret_file: text.optional(),
    token_url: z
      .url({ protocol: /^https?$/, error: 'is no http:// or https:// URL' })
      .describe('Where tokens are given out.'),
    scopes: z.array(text).default([]).describe('Scopes to ask for.'),
    endpoint_params: z
      .record(z.string(), z.string())
      .default({})
      .describe('More parameters of the request, such as `audience`.'),
    tls_config: TlsConfig.optional().describe('TLS to the token server; keys as above.'),
    ...proxyFields,
    grant_type: refused('only client_credentials is supported', 'client_credentials', ''),
  })
  .check(checkSecrets({ needed: ['client_secret'] }))
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
