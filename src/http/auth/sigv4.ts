import { abortable } from '../abortable.ts';
import { AccessError } from '../access-error.ts';
import type { SigV4Options } from '../access-options.ts';
import type { Authorizer, AuthorizerContext, OutgoingRequest } from './authorizer.ts';
import { createAwsCredentials } from './aws-credentials.ts';
import { ExpiringCache } from './expiring-cache.ts';

/** Service name of Amazon Managed Service for Prometheus in signatures. */
const SERVICE = 'aps';

/** Headers to sign. They describe the body. Proxies may change other headers. */
const SIGNED_HEADERS: ReadonlySet<string> = new Set(['content-encoding', 'content-type']);

/** Signs each attempt, including its compressed body. */
export async function createSigV4(
  options: SigV4Options,
  context: AuthorizerContext,
): Promise<Authorizer> {
  const sdk = await import('./aws-sdk.ts');
  const region = options.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  const obtain = createAwsCredentials(
    { ...options, ...(region !== undefined && { region }) },
    context,
  );
  const cache = new ExpiringCache(obtain, context.now);
  return {
    async authorize(request, signal) {
      if (region === undefined)
        throw new AccessError('no AWS region; set sigv4.region or AWS_REGION');
      const credentials = await abortable(cache.get(), signal);
      const signer = new sdk.SignatureV4({
        service: options.service ?? SERVICE,
        region,
        credentials,
        sha256: sdk.Sha256,
      });
      const signingDate = new Date(context.now());
      const { headers } = await signer.sign(toSignable(request), { signingDate });
      const { host: _, ...signed } = headers;
      return {
        headers: withoutSigned(signed, request),
        // Amazon answers 403 for expired credentials.
        renew: (status) => (status === 401 || status === 403) && cache.renew(credentials),
      };
    },
  };
}

function toSignable({ method, url, headers, body }: OutgoingRequest) {
  const signed = Object.entries(headers).filter(([name]) => SIGNED_HEADERS.has(name.toLowerCase()));
  const query: Record<string, string[]> = {};
  for (const name of url.searchParams.keys()) query[name] = url.searchParams.getAll(name);
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: { ...Object.fromEntries(signed), host: url.host },
    body,
  };
}

/** Returns only the headers that the signature added. */
function withoutSigned(
  signed: Readonly<Record<string, string>>,
  { headers }: OutgoingRequest,
): Record<string, string> {
  return Object.fromEntries(Object.entries(signed).filter(([name]) => !(name in headers)));
}
