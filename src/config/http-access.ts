import * as z from 'zod';

import type { AccessOptions, AuthOptions, Secret } from '../http/access-options.ts';
import { AzureAd, toEntraOptions } from './azuread.ts';
import { Authorization, BasicAuth } from './http-auth.ts';
import { HttpHeaders } from './http-headers.ts';
import { Oauth2, toOauth2Options } from './oauth2.ts';
import { checkProxy, proxyFields, toProxyOptions } from './proxy-config.ts';
import { secretOf } from './secret-fields.ts';
import { SigV4, toSigV4Options } from './sigv4.ts';
import { TlsConfig, toTlsOptions } from './tls-config.ts';

/** What every HTTP receiver may be given, under the names of Prometheus. */
export const httpFields = {
  http_headers: HttpHeaders.optional().describe(
    'More headers: lists of `values`, `secrets` and `files` for each name.',
  ),
  basic_auth: BasicAuth.optional().describe('User name and password.'),
  authorization: Authorization.optional().describe('A token in the header Authorization.'),
  tls_config: TlsConfig.optional().describe('Certificates. Files are read again when they change.'),
  ...proxyFields,
};

/** Ways to log in that only receivers of remote write know. */
export const cloudAuthFields = {
  oauth2: Oauth2.optional().describe('A token of an OAuth 2.0 server, by client credentials.'),
  sigv4: SigV4.optional().describe('Signatures for Amazon Managed Service for Prometheus.'),
  azuread: AzureAd.optional().describe('A token of Microsoft Entra, for Azure Monitor.'),
};

const Access = z.object({ ...httpFields, ...cloudAuthFields });
type Access = z.infer<typeof Access>;

const authKeys = ['basic_auth', 'authorization', 'oauth2', 'sigv4', 'azuread'] as const;

type Checked = Access & {
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
};

/** At most one way to log in, and no contradiction about proxies. */
export function checkAccess(payload: z.core.ParsePayload<Checked>): void {
  checkProxy(payload);
  const { value, issues } = payload;
  const given = [
    ...authKeys.filter((key) => value[key] !== undefined),
    ...(hasUserinfo(value.url) ? ['the user or password in the URL'] : []),
    ...Object.keys(value.headers ?? {}).filter((name) => name.toLowerCase() === 'authorization'),
  ];
  if (given.length < 2) return;
  const message = `only one way to log in is possible, but there are ${given.join(' and ')}`;
  issues.push({ code: 'custom', input: undefined, message });
}

function hasUserinfo(text: string | undefined): boolean {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && `${url.username}${url.password}` !== '';
}

/** The same in the terms of the HTTP client. */
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
  if (oauth2) return { kind: 'oauth2', ...toOauth2Options(oauth2) };
  if (sigv4) return { kind: 'sigv4', ...toSigV4Options(sigv4, proxy) };
  return azuread && { kind: 'oauth2', ...toEntraOptions(azuread, proxy) };
}

function toHeaders(headers: HttpHeaders): Record<string, readonly Secret[]> {
  const entries = Object.entries(headers).map(([name, { values, secrets, files }]) => {
    const texts = [...values, ...secrets].map((text) => ({ text }));
    return [name, [...texts, ...files.map((file) => ({ file }))]] as const;
  });
  return Object.fromEntries(entries);
}
