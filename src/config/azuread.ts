import * as z from 'zod';

import type { Oauth2Options, ProxyOptions } from '../http/access-options.ts';
import { checkSecrets, secretOf } from './secret-fields.ts';
import { unsupportedKey } from './unsupported-key.ts';

const clouds = {
  AzurePublic: { login: 'login.microsoftonline.com', monitor: 'monitor.azure.com' },
  AzureGovernment: { login: 'login.microsoftonline.us', monitor: 'monitor.azure.us' },
  AzureChina: { login: 'login.chinacloudapi.cn', monitor: 'monitor.azure.cn' },
} as const;

/** Where the workload identity webhook mounts the service account token. */
const TOKEN_FILE = '/var/run/secrets/azure/tokens/azure-identity-token';

const text = z.string().min(1);
const tenant = z.string().regex(/^[0-9a-zA-Z.-]+$/, 'must be a tenant ID');

const methods = ['oauth', 'workload_identity'] as const;

const workloadIdentityInstead =
  'is not supported; use workload_identity, which works without a metadata service, or oauth';

export const AzureAd = z
  .strictObject({
    cloud: z
      .enum(['AzurePublic', 'AzureGovernment', 'AzureChina'])
      .default('AzurePublic')
      .describe('`AzurePublic`, `AzureGovernment` or `AzureChina`.'),
    oauth: z
      .strictObject({
        client_id: text,
        client_secret: text.optional(),
        client_secret_file: text.optional(),
        tenant_id: tenant,
      })
      .check(checkSecrets({ required: ['client_secret'] }))
      .optional()
      .describe(
        'Client credentials: `client_id`, `tenant_id`, and `client_secret` or `client_secret_file`.',
      ),
    workload_identity: z
      .strictObject({ client_id: text, tenant_id: tenant, token_file_path: text.optional() })
      .optional()
      .describe(
        'Workload identity: `client_id`, `tenant_id` and `token_file_path`, which defaults to `AZURE_FEDERATED_TOKEN_FILE`.',
      ),
    scope: z
      .string()
      .regex(/^[\w.:/?&=%@~+-]+$/, 'must be an OAuth 2.0 scope')
      .optional()
      .describe('Scope of the token. Default: Azure Monitor in the chosen cloud.'),
    managed_identity: unsupportedKey(workloadIdentityInstead),
    sdk: unsupportedKey(workloadIdentityInstead),
    certificate: unsupportedKey('is not supported; use workload_identity or oauth'),
  })
  .check(({ value, issues }) => {
    const count = methods.filter((method) => value[method] !== undefined).length;
    const message = 'needs either oauth or workload_identity';
    if (count !== 1) issues.push({ code: 'custom', input: undefined, message });
  });
export type AzureAd = z.infer<typeof AzureAd>;

/** Token requests go through the proxy of the receiver. */
export function toEntraOptions(config: AzureAd, proxy: ProxyOptions | undefined): Oauth2Options {
  const { login, monitor } = clouds[config.cloud];
  const { client_id: clientId = '', tenant_id: tenantId = '' } =
    config.oauth ?? config.workload_identity ?? {};
  return {
    tokenUrl: `https://${login}/${tenantId}/oauth2/v2.0/token`,
    clientId,
    client: toClient(config),
    scopes: [config.scope ?? `https://${monitor}//.default`],
    endpointParams: {},
    ...(proxy && { proxy }),
  };
}

function toClient({ oauth, workload_identity: identity }: AzureAd): Oauth2Options['client'] {
  const secret = oauth && secretOf(oauth, 'client_secret');
  if (secret !== undefined) return { secret, inForm: true };
  const tokenFile = process.env['AZURE_FEDERATED_TOKEN_FILE'] || TOKEN_FILE;
  return { assertion: { file: identity?.token_file_path ?? tokenFile } };
}
