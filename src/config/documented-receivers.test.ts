import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';

import { toAccess } from './http-access.ts';
import { RemoteWriteEndpoint } from './remote-write.ts';

afterEach(() => vi.unstubAllEnvs());

/** Written in the form that the documentation of each receiver shows. */
describe('H13: a block for', () => {
  it('Prometheus, with everything that its reference lists', () => {
    const endpoint = load(`
      url: https://prometheus.example:9090/api/v1/write
      remote_timeout: 10s
      headers: { X-Team: security }
      name: central
      send_exemplars: false
      send_native_histograms: false
      protobuf_message: io.prometheus.write.v2.Request
      basic_auth: { username: agent, password_file: /etc/secrets/password }
      tls_config:
        ca_file: /etc/tls/ca.crt
        cert_file: /etc/tls/tls.crt
        key_file: /etc/tls/tls.key
        server_name: prometheus.internal
        insecure_skip_verify: false
        min_version: TLS12
        max_version: TLS13
      proxy_url: http://proxy.example:3128
      no_proxy: .internal,10.0.0.0/8
      proxy_connect_header: { Proxy-Authorization-Extra: [abc] }
      http_headers:
        X-Api-Key: { values: [one], secrets: [two], files: [/etc/secrets/three] }
      follow_redirects: false
      enable_http2: false
      queue_config:
        capacity: 10000
        max_shards: 50
        min_shards: 1
        max_samples_per_send: 2000
        batch_send_deadline: 5s
        min_backoff: 30ms
        max_backoff: 5s
        retry_on_http_429: true
        sample_age_limit: 2h
      metadata_config: { send: false, send_interval: 1m, max_samples_per_send: 2000 }
    `);

    expect(endpoint).toMatchObject({
      name: 'central',
      protocol: '2.0',
      remote_timeout: 10_000,
      headers: { 'X-Team': 'security' },
      metadata_config: { send: false },
    });
    expect(endpoint.queue_config).toMatchObject({
      capacity: 10_000,
      max_shards: 50,
      min_backoff: 30,
      max_backoff: 5000,
      sample_age_limit: 7_200_000,
    });
    expect(toAccess(endpoint)).toEqual({
      auth: {
        kind: 'basic',
        username: { text: 'agent' },
        password: { file: '/etc/secrets/password' },
      },
      headers: { 'X-Api-Key': [{ text: 'one' }, { text: 'two' }, { file: '/etc/secrets/three' }] },
      tls: {
        ca: { file: '/etc/tls/ca.crt' },
        cert: { file: '/etc/tls/tls.crt' },
        key: { file: '/etc/tls/tls.key' },
        serverName: 'prometheus.internal',
        insecureSkipVerify: false,
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.3',
      },
      proxy: {
        url: 'http://proxy.example:3128',
        noProxy: '.internal,10.0.0.0/8',
        connectHeaders: { 'Proxy-Authorization-Extra': ['abc'] },
      },
    });
  });

  it('Prometheus, with OAuth 2.0', () => {
    const { auth } = access(`
      url: https://prometheus.example/api/v1/write
      oauth2:
        client_id: agent
        client_secret_file: /etc/secrets/client
        scopes: [metrics.write, openid]
        token_url: https://login.example/oauth2/token
        endpoint_params: { audience: metrics }
        tls_config: { ca_file: /etc/tls/login.crt }
        proxy_url: http://proxy.example:3128
    `);

    expect(auth).toEqual({
      kind: 'oauth2',
      tokenUrl: 'https://login.example/oauth2/token',
      clientId: 'agent',
      client: { secret: { file: '/etc/secrets/client' }, inForm: false },
      scopes: ['metrics.write', 'openid'],
      endpointParams: { audience: 'metrics' },
      tls: { ca: { file: '/etc/tls/login.crt' }, insecureSkipVerify: false },
      proxy: { url: 'http://proxy.example:3128', noProxy: '', connectHeaders: {} },
    });
  });

  it('Mimir, with a tenant', () => {
    const endpoint = load(`
      url: http://mimir-nginx.mimir.svc:80/api/v1/push
      headers: { X-Scope-OrgID: security }
    `);

    expect(endpoint.headers).toEqual({ 'X-Scope-OrgID': 'security' });
    expect(toAccess(endpoint)).toEqual({});
  });

  it('Grafana Cloud', () => {
    const { auth } = access(`
      url: https://prometheus-prod-01-eu-west-0.grafana.net/api/prom/push
      basic_auth: { username: "123456", password: glc_eyJrIjoi }
    `);

    expect(auth).toEqual({
      kind: 'basic',
      username: { text: '123456' },
      password: { text: 'glc_eyJrIjoi' },
    });
  });

  it('Thanos Receive, with a tenant and mutual TLS', () => {
    const endpoint = load(`
      url: https://thanos-receive.example:19291/api/v1/receive
      headers: { THANOS-TENANT: team-a }
      tls_config: { ca_file: /ca.crt, cert_file: /tls.crt, key_file: /tls.key }
    `);

    expect(endpoint.headers).toEqual({ 'THANOS-TENANT': 'team-a' });
    expect(toAccess(endpoint).tls).toMatchObject({ cert: { file: '/tls.crt' } });
  });

  it('VictoriaMetrics behind vmauth', () => {
    const endpoint = load(`
      url: http://victoriametrics:8428/api/v1/write
      authorization: { type: Bearer, credentials_file: /var/run/secrets/token }
      queue_config: { max_samples_per_send: 10000, capacity: 20000, max_shards: 30 }
    `);

    expect(toAccess(endpoint).auth).toEqual({
      kind: 'authorization',
      scheme: 'Bearer',
      credentials: { file: '/var/run/secrets/token' },
    });
    expect(endpoint.queue_config.max_samples_per_send).toBe(10_000);
  });

  it('Amazon Managed Service for Prometheus', () => {
    const { auth } = access(`
      url: https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write
      sigv4:
        region: eu-west-1
        role_arn: arn:aws:iam::123456789012:role/writer
        external_id: ours
      queue_config: { max_samples_per_send: 1000, max_shards: 20, capacity: 2500 }
    `);

    expect(auth).toEqual({
      kind: 'sigv4',
      region: 'eu-west-1',
      roleArn: 'arn:aws:iam::123456789012:role/writer',
      externalId: 'ours',
      useFipsStsEndpoint: false,
    });
  });

  it.each`
    cloud                | login                          | scope
    ${'AzurePublic'}     | ${'login.microsoftonline.com'} | ${'https://monitor.azure.com//.default'}
    ${'AzureGovernment'} | ${'login.microsoftonline.us'}  | ${'https://monitor.azure.us//.default'}
    ${'AzureChina'}      | ${'login.chinacloudapi.cn'}    | ${'https://monitor.azure.cn//.default'}
  `('Azure Monitor in $cloud', ({ cloud, login, scope }: Record<string, string>) => {
    const { auth } = access(`
      url: https://w.westeurope-1.metrics.ingest.monitor.azure.com/dataCollectionRules/dcr-1/streams/Microsoft-PrometheusMetrics/api/v1/write?api-version=2023-04-24
      azuread:
        cloud: ${cloud}
        oauth: { client_id: c-1, client_secret: s-1, tenant_id: t-1 }
    `);

    expect(auth).toEqual({
      kind: 'oauth2',
      tokenUrl: `https://${login}/t-1/oauth2/v2.0/token`,
      clientId: 'c-1',
      client: { secret: { text: 's-1' }, inForm: true },
      scopes: [scope],
      endpointParams: {},
    });
  });

  it('Azure Monitor, with the identity of the workload', () => {
    const file = '/var/run/secrets/azure/tokens/azure-identity-token';
    vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', '');

    expect(access(block('')).auth).toMatchObject({
      client: { assertion: { file } },
      scopes: ['api://mine/.default'],
    });
    vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', '/of-the-webhook');
    expect(access(block('')).auth).toMatchObject({
      client: { assertion: { file: '/of-the-webhook' } },
    });
    expect(access(block(', token_file_path: /mine')).auth).toMatchObject({
      client: { assertion: { file: '/mine' } },
    });
  });
});

function block(more: string): string {
  return `
    url: https://w.metrics.ingest.monitor.azure.com/api/v1/write
    azuread:
      cloud: AzurePublic
      scope: api://mine/.default
      workload_identity: { client_id: c-1, tenant_id: t-1${more} }
  `;
}

function load(yaml: string): RemoteWriteEndpoint {
  return RemoteWriteEndpoint.parse(parse(yaml));
}

function access(yaml: string): ReturnType<typeof toAccess> {
  return toAccess(load(yaml));
}
