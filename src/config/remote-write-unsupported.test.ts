import { describe, expect, it } from 'vitest';

import { RemoteWriteEndpoint } from './remote-write.ts';

const url = 'https://mimir.example/api/v1/push';

describe('RemoteWriteEndpoint', () => {
  it.each`
    block                                                         | path                    | reason
    ${{ google_iam: { credentials_file: 'x' } }}                  | ${'google_iam'}         | ${'is not supported'}
    ${{ oauth2: { ...oauth2(), grant_type: 'jwt-bearer' } }}      | ${'oauth2.grant_type'}  | ${'must be client_credentials; other grant types are not supported'}
    ${{ protocol: '1.0', protobuf_message: v2 }}                  | ${''}                   | ${/contradict each other; remove one$/}
    ${{ protocol: 'auto', protobuf_message: v2 }}                 | ${''}                   | ${/contradict each other; remove one$/}
    ${{ basic_auth: { password: 'a', password_file: 'b' } }}      | ${'basic_auth'}         | ${'set either password or password_file, not both'}
    ${{ authorization: {} }}                                      | ${'authorization'}      | ${'set credentials or credentials_file'}
    ${{ authorization: { type: 'Basic', credentials: 'x' } }}     | ${'authorization.type'} | ${'must not be Basic; use basic_auth'}
    ${{ tls_config: { cert_file: '/cert' } }}                     | ${'tls_config'}         | ${'set both cert and key, or neither'}
    ${{ tls_config: { ca: 'x', ca_file: '/ca' } }}                | ${'tls_config'}         | ${'set either ca or ca_file, not both'}
    ${{ tls_config: { min_version: 'TLS13', max_version: v12 } }} | ${'tls_config'}         | ${'min_version must not be above max_version'}
    ${{ proxy_url: 'ftp://p:1' }}                                 | ${'proxy_url'}          | ${'must start with http://, https:// or socks5://'}
    ${{ no_proxy: 'a' }}                                          | ${''}                   | ${'no_proxy has no effect without proxy_url; set proxy_url or remove no_proxy'}
    ${{ proxy_url: 'http://p', proxy_from_environment: true }}    | ${''}                   | ${'set either proxy_url or proxy_from_environment, not both'}
    ${{ proxy_from_environment: true, no_proxy: 'a' }}            | ${''}                   | ${'with proxy_from_environment, set the environment variable NO_PROXY instead of no_proxy'}
    ${{ proxy_connect_header: { a: ['b'] } }}                     | ${''}                   | ${'proxy_connect_header has no effect without a proxy; set proxy_url or remove proxy_connect_header'}
    ${{ sigv4: { access_key: 'AKID' } }}                          | ${'sigv4'}              | ${'set both access_key and secret_key, or neither'}
    ${{ sigv4: { external_id: 'x' } }}                            | ${'sigv4'}              | ${'external_id has no effect without role_arn; set role_arn or remove external_id'}
    ${{ azuread: { cloud: 'AzurePublic' } }}                      | ${'azuread'}            | ${'needs exactly one of oauth, workload_identity, managed_identity, sdk'}
    ${{ http_headers: { 'X-Amz-Date': { values: ['a'] } } }}      | ${'http_headers'}       | ${'X-Amz-Date cannot be set here; the remote-write protocol sets it'}
    ${{ http_headers: { Authorization: { secrets: ['a'] } } }}    | ${'http_headers'}       | ${/^Authorization cannot be set here; use basic_auth/}
    ${{ http_headers: { 'X-A': { secrets: ['hunter2\n'] } } }}    | ${'http_headers'}       | ${'the value of X-A contains characters that are not allowed in a header'}
  `('H13: rejects $block by name, with the reason', ({ block, path, reason }: RefusedCase) => {
    const { error } = RemoteWriteEndpoint.safeParse({ url, ...block });

    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    expect(error?.issues[0]?.message).toMatch(reason);
    expect(JSON.stringify(error?.issues)).not.toContain('hunter2');
  });

  const methods = {
    basic_auth: { username: 'u', password: 'p' },
    authorization: { credentials: 't' },
    bearer_token: 't',
    bearer_token_file: '/token',
    oauth2: oauth2(),
    sigv4: {},
    azuread: oauth(),
    url: 'https://u:p@mimir.example/api/v1/push',
    headers: { authorization: 'Bearer t' },
  };
  const pairs = Object.entries(methods).flatMap(([first, one], index, all) =>
    all.slice(index + 1).map(([second, other]) => ({ first, one, second, other })),
  );

  it.each(pairs)('H13: rejects $first with $second', ({ first, one, second, other }) => {
    const alone = RemoteWriteEndpoint.safeParse({ url, [first]: one });
    const both = RemoteWriteEndpoint.safeParse({ url, [first]: one, [second]: other });

    expect(alone.error).toBeUndefined();
    expect(both.error?.issues.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^use only one authentication method; found .+ and .+$/),
    ]);
  });

  it.each`
    given                               | protocol
    ${{}}                               | ${'auto'}
    ${{ protocol: 'auto' }}             | ${'auto'}
    ${{ protocol: 1 }}                  | ${'1.0'}
    ${{ protocol: 2 }}                  | ${'2.0'}
    ${{ protobuf_message: v1 }}         | ${'1.0'}
    ${{ protobuf_message: v2 }}         | ${'2.0'}
    ${{ protobuf_message: v2, ...two }} | ${'2.0'}
  `(
    'reads $given as protocol $protocol',
    ({ given, protocol }: { given: object; protocol: string }) => {
      expect(RemoteWriteEndpoint.parse({ url, ...given }).protocol).toBe(protocol);
    },
  );
});

interface RefusedCase {
  readonly block: object;
  readonly path: string;
  readonly reason: string | RegExp;
}

const v1 = 'prometheus.WriteRequest';
const v2 = 'io.prometheus.write.v2.Request';
const two = { protocol: '2.0' };
const v12 = 'TLS12';

function oauth(): object {
  return { oauth: { client_id: 'c', client_secret: 's', tenant_id: 't' } };
}

function oauth2(): object {
  return { client_id: 'c', client_secret: 's', token_url: 'https://login.example/token' };
}
