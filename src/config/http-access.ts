import * as z from 'zod';

import type { AccessOptions, AuthOptions, Secret } from '../http/access-options.ts';
import { AzureAd, toEntraAuth } from './azuread.ts';
import { Authorization, BasicAuth } from './http-auth.ts';
import { HttpHeaders } from './http-headers.ts';
import { Oauth2, toOauth2Options } from './oauth2.ts';
import { checkProxy, proxyFields, toProxyOptions } from './proxy-config.ts';
import { secretOf } from './secret-fields.ts';
import { SigV4, toSigV4Options } from './sigv4.ts';
import { TlsConfig, toTlsOptions } from './tls-config.ts';

/** Settings of any HTTP receiver, named as in Prometheus. */
export const httpFields = {
  http_headers: HttpHeaders.optional().describe(
    'Additional headers. Each name has lists of `values`, `secrets` and `files`.',
  ),
  basic_auth: BasicAuth.optional().describe(
    'User name and password for HTTP basic authentication.',
  ),
  authorization: Authorization.optional().describe('Token for the Authorization header.'),
  tls_config: TlsConfig.optional().describe('TLS settings. Files are read again when they change.'),
  ...proxyFields,
};

/** Authentication that only remote-write receivers use. */
export const cloudAuthFields = {
  oauth2: Oauth2.optional().describe('OAuth 2.0 client credentials.'),
  sigv4: SigV4.optional().describe('AWS signatures, for Amazon Managed Service for Prometheus.'),
  azuread: AzureAd.optional().describe('Microsoft Entra token, for Azure Monitor.'),
};

const Access = z.object({ ...httpFields, ...cloudAuthFields });
type Access = z.infer<typeof Access> & BearerToken;

/** The older way to write `authorization` in Prometheus. */
interface BearerToken {
  readonly bearer_token?: string | undefined;
  readonly bearer_token_file?: string | undefined;
}

const authKeys = [
  'basic_auth',
  'authorization',
  'bearer_token',
  'bearer_token_file',
  'oauth2',
  'sigv4',
  'azuread',
] as const;

type Checked = Access & {
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Allows one authentication method at most, and checks the proxy settings. */
export function checkAccess(payload: z.core.ParsePayload<Checked>): void {
  checkProxy(payload);
  const { value, issues } = payload;
  const given = [
    ...authKeys.filter((key) => value[key] !== undefined),
    ...(hasUserinfo(value.url) ? ['the user or password in the URL'] : []),
    ...Object.keys(value.headers ?? {}).filter((name) => name.toLowerCase() === 'authorization'),
  ];
  if (given.length < 2) return;
  const message = `use only one authentication method; found ${given.join(' and ')}`;
  issues.push({ code: 'custom', input: undefined, message });
}

function hasUserinfo(text: string | undefined): boolean {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && `${url.username}${url.password}` !== '';
}

export function toAccess(config: Access): AccessOptions {
  const auth = toAuth(config);
  const proxy = toProxyOptions(config);
  const { tls_config: tls, http_headers: headers } = config;
  return {
    ...(auth && { auth }),
    ...(headers && { headers: toHeaders(headers) }),
    ...(tls && { tls: toTlsOptions(tls) }),
    ...(proxy && { proxy }),
  };
}

function toAuth(config: Access): AuthOptions | undefined {
  const { basic_auth: basic, authorization, oauth2, sigv4, azuread } = config;
  const proxy = toProxyOptions(config);
  const none: Secret = { text: '' };
  if (basic) {
    const username = secretOf(basic, 'username') ?? none;
    return { kind: 'basic', username, password: secretOf(basic, 'password') ?? none };
  }
  if (authorization) {
    const credentials = secretOf(authorization, 'credentials') ?? none;
    return { kind: 'authorization', scheme: authorization.type, credentials };
  }
  const token = secretOf(config, 'bearer_token');
  if (token) return { kind: 'authorization', scheme: 'Bearer', credentials: token };
  if (oauth2) return { kind: 'oauth2', ...toOauth2Options(oauth2) };
  if (sigv4) return { kind: 'sigv4', ...toSigV4Options(sigv4, proxy) };
  return azuread && toEntraAuth(azuread, proxy);
}

function toHeaders(headers: HttpHeaders): Record<string, readonly Secret[]> {
  const entries = Object.entries(headers).map(([name, { values, secrets, files }]) => {
    const texts = [...values, ...secrets].map((text) => ({ text }));
    return [name, [...texts, ...files.map((file) => ({ file }))]] as const;
  });
  return Object.fromEntries(entries);
}
