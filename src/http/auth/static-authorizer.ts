import type { AuthOptions } from '../access-options.ts';
import { secretReader } from '../secrets/secret.ts';
import type { Authorizer } from './authorizer.ts';

type Options<Kind extends AuthOptions['kind']> = Extract<AuthOptions, { kind: Kind }>;

/** Files are read again for each request, so there is nothing to renew. */
function renew(): boolean {
  return false;
}

/** HTTP basic authentication (RFC 7617) in UTF-8. */
export function createBasic({ username, password }: Options<'basic'>): Authorizer {
  const readUsername = secretReader(username);
  const readPassword = secretReader(password);
  return {
    async authorize() {
      const credentials = `${await readUsername()}:${await readPassword()}`;
      const basic = Buffer.from(credentials).toString('base64');
      return { headers: { Authorization: `Basic ${basic}` }, renew };
    },
  };
}

/** Authentication with a fixed scheme such as `Bearer`. */
export function createScheme({ scheme, credentials }: Options<'authorization'>): Authorizer {
  const read = secretReader(credentials);
  return {
    authorize: async () => ({ headers: { Authorization: `${scheme} ${await read()}` }, renew }),
  };
}
