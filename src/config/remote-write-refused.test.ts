import { describe, expect, it } from 'vitest';

import { RemoteWriteEndpoint } from './remote-write.ts';

const url = 'https://mimir.example/api/v1/push';

describe('RemoteWriteEndpoint', () => {
  it.each`
    block                                                         | path                                  | reason
    ${{ follow_redirects: true }}                                 | ${'follow_redirects'}                 | ${'redirects are not followed: configure the final URL'}
    ${{ enable_http2: true }}                                     | ${'enable_http2'}                     | ${'requests are HTTP/1.1, as those of Prometheus are by default'}
    ${{ send_exemplars: true }}                                   | ${'send_exemplars'}                   | ${'scan results have no exemplars'}
    ${{ send_native_histograms: true }}                           | ${'send_native_histograms'}           | ${'scan results have no histograms'}
    ${{ round_robin_dns: true }}                                  | ${'round_robin_dns'}                  | ${'connections are kept; balance the load at the receiver'}
    ${{ google_iam: { credentials_file: 'x' } }}                  | ${'google_iam'}                       | ${'is not supported by Google Cloud, as the documentation of Prometheus says'}
    ${{ bearer_token: 'hunter2' }}                                | ${'bearer_token'}                     | ${'is outdated: write authorization: { credentials: … }'}
    ${{ bearer_token_file: '/token' }}                            | ${'bearer_token_file'}                | ${'is outdated: write authorization: { credentials_file: … }'}
    ${{ queue_config: { min_shards: 5 } }}                        | ${'queue_config.min_shards'}          | ${'the number of parallel requests does not change: set max_shards'}
    ${{ queue_config: { batch_send_deadline: '1s' } }}            | ${'queue_config.batch_send_deadline'} | ${'no batch waits for more samples: a cycle sends all it has'}
    ${{ metadata_config: { send_interval: '5m' } }}               | ${'metadata_config.send_interval'}    | ${'metadata is sent with the samples it is about'}
    ${{ azuread: { ...oauth(), managed_identity: {} } }}          | ${'azuread.managed_identity'}         | ${/^is not supported: use workload_identity/}
    ${{ azuread: { ...oauth(), sdk: { tenant_id: 't' } } }}       | ${'azuread.sdk'}                      | ${/^is not supported: use workload_identity/}
    ${{ oauth2: { ...oauth2(), grant_type: 'jwt-bearer' } }}      | ${'oauth2.grant_type'}                | ${'only client_credentials is supported'}
    ${{ protocol: '1.0', protobuf_message: v2 }}                  | ${''}                                 | ${/contradict each other$/}
    ${{ protocol: 'auto', protobuf_message: v2 }}                 | ${''}                                 | ${/contradict each other$/}
    ${{ basic_auth: { password: 'a', password_file: 'b' } }}      | ${'basic_auth'}                       | ${'password and password_file exclude each other'}
    ${{ authorization: {} }}                                      | ${'authorization'}                    | ${'credentials or credentials_file is missing'}
    ${{ authorization: { type: 'Basic', credentials: 'x' } }}     | ${'authorization.type'}               | ${'use basic_auth for Basic authentication'}
    ${{ tls_config: { cert_file: '/cert' } }}                     | ${'tls_config'}                       | ${'a client certificate needs both cert and key'}
    ${{ tls_config: { ca: 'x', ca_file: '/ca' } }}                | ${'tls_config'}                       | ${'ca and ca_file exclude each other'}
    ${{ tls_config: { min_version: 'TLS13', max_version: v12 } }} | ${'tls_config'}                       | ${'min_version is above max_version'}
    ${{ proxy_url: 'socks5://p:1' }}                              | ${'proxy_url'}                        | ${'is no http:// or https:// URL of a proxy'}
    ${{ no_proxy: 'a' }}                                          | ${''}                                 | ${'no_proxy means nothing without proxy_url'}
    ${{ proxy_url: 'http://p', proxy_from_environment: true }}    | ${''}                                 | ${'proxy_url and proxy_from_environment exclude each other'}
    ${{ proxy_from_environment: true, no_proxy: 'a' }}            | ${''}                                 | ${'no_proxy and proxy_from_environment exclude each other: set NO_PROXY'}
    ${{ proxy_connect_header: { a: ['b'] } }}                     | ${''}                                 | ${'proxy_connect_header means nothing without a proxy'}
    ${{ sigv4: { access_key: 'AKID' } }}                          | ${'sigv4'}                            | ${'access_key and secret_key need each other'}
    ${{ sigv4: { external_id: 'x' } }}                            | ${'sigv4'}                            | ${'external_id means nothing without role_arn'}
    ${{ azuread: { cloud: 'AzurePublic' } }}                      | ${'azuread'}                          | ${'needs exactly one of oauth and workload_identity'}
    ${{ http_headers: { 'X-Amz-Date': { values: ['a'] } } }}      | ${'http_headers'}                     | ${'may not set X-Amz-Date: remote write sets it itself'}
    ${{ http_headers: { Authorization: { secrets: ['a'] } } }}    | ${'http_headers'}                     | ${/^may not set Authorization: use basic_auth/}
    ${{ http_headers: { 'X-A': { secrets: ['hunter2\n'] } } }}    | ${'http_headers'}                     | ${'the value of X-A has characters no header may have'}
  `('H13: refuses $block by name, with the reason', ({ block, path, reason }: RefusedCase) => {
    const { error } = RemoteWriteEndpoint.safeParse({ url, ...block });

    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    expect(error?.issues[0]?.message).toMatch(reason);
    expect(JSON.stringify(error?.issues)).not.toContain('hunter2');
  });

  it('takes what Prometheus would do anyway', () => {
    const defaults = {
      follow_redirects: false,
      enable_http2: false,
      send_exemplars: false,
      send_native_histograms: false,
      round_robin_dns: false,
      queue_config: { min_shards: 1, batch_send_deadline: '5s' },
      metadata_config: { send_interval: '1m', max_samples_per_send: 2000 },
    };

    expect(RemoteWriteEndpoint.safeParse({ url, ...defaults }).error).toBeUndefined();
  });

  const methods = {
    basic_auth: { username: 'u', password: 'p' },
    authorization: { credentials: 't' },
    oauth2: oauth2(),
    sigv4: {},
    azuread: oauth(),
    url: 'https://u:p@mimir.example/api/v1/push',
    headers: { authorization: 'Bearer t' },
  };
  const pairs = Object.entries(methods).flatMap(([first, one], index, all) =>
    all.slice(index + 1).map(([second, other]) => ({ first, one, second, other })),
  );

  it.each(pairs)('H13: refuses $first with $second', ({ first, one, second, other }) => {
    const alone = RemoteWriteEndpoint.safeParse({ url, [first]: one });
    const both = RemoteWriteEndpoint.safeParse({ url, [first]: one, [second]: other });

    expect(alone.error).toBeUndefined();
    expect(both.error?.issues.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^only one way to log in is possible, but there are .+ and .+$/),
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
  `('takes $given for $protocol', ({ given, protocol }: { given: object; protocol: string }) => {
    expect(RemoteWriteEndpoint.parse({ url, ...given }).protocol).toBe(protocol);
  });
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
