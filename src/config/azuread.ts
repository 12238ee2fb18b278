import * as z from 'zod';

import type { AuthOptions, Oauth2Options, ProxyOptions } from '../http/access-options.ts';
import { checkSecrets, secretOf } from './secret-fields.ts';
import { unsupportedKey } from './unsupported-key.ts';

const clouds = {
  AzurePublic: { login: 'login.microsoftonline.com', monitor: 'monitor.azure.com' },
  AzureGovernment: { login: 'login.microsoftonline.us', monitor: 'monitor.azure.us' },
  AzureChina: { login: 'login.chinacloudapi.cn', monitor: 'monitor.azure.cn' },
} as const;

/** Path at which the workload identity webhook mounts the service account token. */
const TOKEN_FILE = '/var/run/secrets/azure/tokens/azure-identity-token';

const text = z.string().min(1);
const tenant = z.string().regex(/^[0-9a-zA-Z.-]+$/, 'must be a tenant ID');

const methods = ['oauth', 'workload_identity', 'managed_identity', 'sdk'] as const;

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
    managed_identity: z
      .strictObject({ client_id: text.optional() })
      .optional()
      .describe('Managed identity of the machine, with its `client_id` if there are several.'),
    sdk: z
      .strictObject({ tenant_id: tenant.optional() })
      .optional()
      .describe(
        'Credentials from the environment, as in the Azure SDK: `AZURE_CLIENT_SECRET`, else workload identity, else the managed identity.',
      ),
    scope: z
      .string()
      .regex(/^[\w.:/?&=%@~+-]+$/, 'must be an OAuth 2.0 scope')
      .optional()
      .describe('Scope of the token. Default: Azure Monitor in the chosen cloud.'),
    certificate: unsupportedKey('is not supported; use workload_identity or oauth'),
  })
  .check(({ value, issues }) => {
    const count = methods.filter((method) => value[method] !== undefined).length;
    const message = `needs exactly one of ${methods.join(', ')}`;
    if (count !== 1) issues.push({ code: 'custom', input: undefined, message });
  });
export type AzureAd = z.infer<typeof AzureAd>;

interface Identity {
  readonly clientId: string;
  readonly tenantId: string;
  readonly client: Oauth2Options['client'];
}

/** Token requests go through the proxy of the receiver. The metadata service is contacted directly. */
export function toEntraAuth(config: AzureAd, proxy: ProxyOptions | undefined): AuthOptions {
  const { login, monitor } = clouds[config.cloud];
  const scope = config.scope ?? `https://${monitor}//.default`;
  const identity = identityOf(config);
  if (identity === undefined) {
    const clientId =
      config.managed_identity?.client_id ?? (process.env['AZURE_CLIENT_ID'] || undefined);
    // The metadata service expects the resource, which the scope extends.
    const resource = scope.replace(/\/\.default$/, '');
    return {
      kind: 'managed-identity',
      resource,
      ...(clientId !== undefined && { clientId }),
    };
  }
  const { clientId, tenantId, client } = identity;
  return {
    kind: 'oauth2',
    tokenUrl: `https://${login}/${tenantId}/oauth2/v2.0/token`,
    clientId,
    client,
    scopes: [scope],
    endpointParams: {},
    ...(proxy && { proxy }),
  };
}

/** Returns undefined for the managed identity. */
function identityOf({ oauth, workload_identity: workload, sdk }: AzureAd): Identity | undefined {
  const secret = oauth && secretOf(oauth, 'client_secret');
  if (oauth !== undefined && secret !== undefined) {
    const { client_id: clientId, tenant_id: tenantId } = oauth;
    return { clientId, tenantId, client: { secret, inForm: true } };
  }
  if (workload !== undefined) {
    const { client_id: clientId, tenant_id: tenantId } = workload;
    const file =
      workload.token_file_path ?? (process.env['AZURE_FEDERATED_TOKEN_FILE'] || TOKEN_FILE);
    return { clientId, tenantId, client: { assertion: { file } } };
  }
  return sdk && identityInEnvironment(sdk.tenant_id);
}

/** Returns the first credentials that Azure's `DefaultAzureCredential` would use in a container. */
function identityInEnvironment(tenant_id: string | undefined): Identity | undefined {
  const tenantId = tenant_id ?? process.env['AZURE_TENANT_ID'];
  const clientId = process.env['AZURE_CLIENT_ID'];
  if (!tenantId || !clientId) return undefined;
  const secret = process.env['AZURE_CLIENT_SECRET'];
  if (secret) return { clientId, tenantId, client: { secret: { text: secret }, inForm: true } };
  const file = process.env['AZURE_FEDERATED_TOKEN_FILE'];
  return file ? { clientId, tenantId, client: { assertion: { file } } } : undefined;
}
