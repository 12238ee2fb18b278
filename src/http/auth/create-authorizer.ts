import type { AuthOptions } from '../access-options.ts';
import type { Authorizer, AuthorizerContext } from './authorizer.ts';
import { createBasic, createScheme } from './static-authorizer.ts';

/** Loads only the code that the chosen method needs, because the AWS SDK is large. */
export async function createAuthorizer(
  options: AuthOptions,
  context: AuthorizerContext,
): Promise<Authorizer> {
  if (options.kind === 'basic') return createBasic(options);
  if (options.kind === 'authorization') return createScheme(options);
  if (options.kind === 'oauth2') {
    const { createOauth2 } = await import('./oauth2.ts');
    return createOauth2(options, context);
  }
  if (options.kind === 'managed-identity') {
    const { createManagedIdentity } = await import('./azure-managed-identity.ts');
    return createManagedIdentity(options, context);
  }
  const { createSigV4 } = await import('./sigv4.ts');
  return createSigV4(options, context);
}
