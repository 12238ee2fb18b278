import { afterEach, describe, expect, it, vi } from 'vitest';

import { messageOf, writerFor } from '../support/access/write-access.ts';
import { type RecordedAnswer, useRecordingServers } from '../support/network/recording-server.ts';

const start = useRecordingServers();
afterEach(() => vi.unstubAllEnvs());

const token: RecordedAnswer = {
  status: 200,
  body: JSON.stringify({
    access_token: 'token-1',
    expires_in: '3599',
    resource: 'https://monitor.azure.com/',
    token_type: 'Bearer',
  }),
};

describe('H13: a managed identity of Azure', () => {
  it.each`
    identity                                    | clientId
    ${{ managed_identity: { client_id: 'c' } }} | ${'c'}
    ${{ managed_identity: {} }}                 | ${null}
    ${{ sdk: {} }}                              | ${null}
  `('gets its token from the metadata service: $identity', async ({ identity, clientId }: Case) => {
    const metadata = await start({ answer: () => token });
    const receiver = await start({ answer: () => ({ status: 204 }) });
    vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', metadata.url);
    vi.stubEnv('AZURE_CLIENT_ID', undefined);
    const writer = writerFor({ url: receiver.url, azuread: identity });

    await writer.write();
    const result = await writer.write();

    expect(result.status).toBe('success');
    expect(metadata.requests).toHaveLength(1);
    const [request] = metadata.requests;
    const { pathname, searchParams } = new URL(request?.url ?? '', metadata.url);
    expect(pathname).toBe('/metadata/identity/oauth2/token');
    expect(searchParams.get('resource')).toBe('https://monitor.azure.com/');
    expect(searchParams.get('client_id')).toBe(clientId);
    expect(request?.headers).toMatchObject({ metadata: 'true' });
    expect(receiver.requests.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer token-1',
      'Bearer token-1',
    ]);
  });

  it.each`
    what                 | answer                              | reason
    ${'an error'}        | ${{ status: 400, body: 'hunter2' }} | ${'answered 400; check that the machine has this identity'}
    ${'a login page'}    | ${{ status: 200, body: '<html>' }}  | ${'contains no token'}
    ${'an empty object'} | ${{ status: 200, body: '{}' }}      | ${'contains no token'}
  `('explains $what of the metadata service', async ({ answer, reason }: BadCase) => {
    const metadata = await start({ answer: () => answer });
    vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', metadata.url);

    const result = await writerFor({
      url: 'http://127.0.0.1:9/write',
      azuread: { managed_identity: {} },
    }).write();

    expect(messageOf(result)).toContain(`the metadata service ${metadata.url}`);
    expect(messageOf(result)).toContain(reason);
    expect(messageOf(result)).not.toContain('hunter2');
  });
});

interface Case {
  readonly identity: object;
  readonly clientId: string | null;
}

interface BadCase {
  readonly answer: RecordedAnswer;
  readonly reason: string;
}
