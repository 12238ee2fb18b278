import * as z from 'zod';

import { abortable } from '../abortable.ts';
import { AccessError } from '../access-error.ts';
import type { ManagedIdentityOptions } from '../access-options.ts';
import { startDeadline } from '../deadline.ts';
import { describeConnectionFailure } from '../transport/describe-connection-failure.ts';
import { Transport } from '../transport/transport.ts';
import type { Authorizer, AuthorizerContext } from './authorizer.ts';
import { type Expiring, ExpiringCache } from './expiring-cache.ts';

/** Azure's instance metadata service, reachable only from the machine itself. */
const METADATA_SERVICE = 'http://169.254.169.254';
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Azure writes the lifetime as text. */
const Answer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
});

/**
 * Gets bearer tokens for the managed identity of the machine from the instance metadata service.
 *
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 */
export function createManagedIdentity(
  options: ManagedIdentityOptions,
  context: AuthorizerContext,
): Authorizer {
  const url = tokenUrl(options);
  const transport = new Transport({ ...context, url, maxSockets: 1 });
  const cache = new ExpiringCache(async () => obtain({ url, transport, context }), context.now);
  return {
    async authorize(_, signal) {
      const token = await abortable(cache.get(), signal);
      return {
        headers: { Authorization: `Bearer ${token}` },
        renew: (status) => status === 401 && cache.renew(token),
      };
    },
  };
}

/** `AZURE_POD_IDENTITY_AUTHORITY_HOST` replaces the service, as in Azure's own libraries. */
function tokenUrl({ resource, clientId }: ManagedIdentityOptions): URL {
  const host = process.env['AZURE_POD_IDENTITY_AUTHORITY_HOST'] || METADATA_SERVICE;
  const url = new URL('/metadata/identity/oauth2/token', host);
  url.searchParams.set('api-version', '2018-02-01');
  url.searchParams.set('resource', resource);
  if (clientId !== undefined) url.searchParams.set('client_id', clientId);
  return url;
}

interface Request {
  readonly url: URL;
  readonly transport: Transport;
  readonly context: AuthorizerContext;
}

async function obtain({ url, transport, context }: Request): Promise<Expiring<string>> {
  const { timeoutMs, userAgent, now, memory } = context;
  const label = `the metadata service ${url.origin}`;
  const deadline = startDeadline(timeoutMs, new AbortController().signal);
  const askedAtMs = now();
  try {
    const { status, data } = await transport.request<string>({
      method: 'GET',
      url: url.href,
      headers: { Metadata: 'true', 'user-agent': userAgent },
      responseType: 'text',
      maxContentLength: MAX_ANSWER_BYTES,
      signal: deadline.signal,
    });
    if (status !== 200) {
      throw new AccessError(
        `${label} answered ${status}; check that the machine has this identity`,
      );
    }
    const { access_token: value, expires_in: lifeS } = parseAnswer(data, label);
    memory.remember(value);
    return { value, expiresAtMs: lifeS === undefined ? undefined : askedAtMs + lifeS * 1000 };
  } catch (error) {
    if (error instanceof AccessError) throw error;
    const { aborted } = deadline.signal;
    const reason = aborted ? `timed out after ${timeoutMs} ms` : describeConnectionFailure(error);
    throw new AccessError(`no answer from ${label}: ${reason}`);
  } finally {
    deadline.clear();
  }
}

function parseAnswer(text: string, label: string): z.infer<typeof Answer> {
  try {
    return Answer.parse(JSON.parse(text));
  } catch {
    throw new AccessError(`the response of ${label} contains no token`);
  }
}
