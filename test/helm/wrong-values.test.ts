import { describe, expect, it } from 'vitest';

import { availabilityOf } from '../support/real-servers/real-servers.ts';
import { helmVersions, render, template } from './helm-chart.ts';

const helms = await Promise.all(
  helmVersions.map(async (version) => ({ version, ...(await availabilityOf(version)) })),
);
const url = 'https://mimir.example/api/v1/push';
const good = { cluster: 'c', config: { remote_write: [{ url }] } };

interface Row {
  readonly values: object;
  readonly says: RegExp;
}

for (const { version, missing, label } of helms) {
  describe.skipIf(missing)(`the checks of the chart, run by ${label}`, () => {
    it('accept a complete configuration', async () => {
      await expect(render({ helm: version, values: good })).resolves.not.toEqual([]);
    });

    it('accept harmless values with names like secrets', async () => {
      const values = { cluster: 'c', config: harmless };

      await expect(render({ helm: version, values, withSchema: false })).resolves.not.toEqual([]);
    });

    it.each`
      what                              | values                                                                                       | says
      ${'a typo in a value'}            | ${{ cronjobs: {} }}                                                                          | ${/cronjobs/}
      ${'a typo in a nested value'}     | ${{ cronjob: { shedule: '@daily' } }}                                                        | ${/cronjob.*shedule/}
      ${'another mode'}                 | ${{ mode: 'daemon' }}                                                                        | ${/mode.*(?:cronjob|one of)/s}
      ${'no shards'}                    | ${{ shards: 0 }}                                                                             | ${/shards/}
      ${'a number as the cluster'}      | ${{ cluster: 7 }}                                                                            | ${/cluster.*string/}
      ${'root'}                         | ${{ podSecurityContext: { runAsUser: 0 } }}                                                  | ${/podSecurityContext.*runAsUser/}
      ${'a privilege'}                  | ${{ podSecurityContext: { privileged: true } }}                                              | ${/podSecurityContext.*privileged/}
      ${'an invalid digest'}            | ${{ image: { digest: 'sha256:abc' } }}                                                       | ${/image.*digest/}
      ${'a typo in the configuration'}  | ${{ config: { remote_writ: [{ url }] } }}                                                    | ${/config.*remote_writ/}
      ${'a typo in a receiver'}         | ${{ config: { remote_write: [{ url, header: {} }] } }}                                       | ${/remote_write.*header/}
      ${'a receiver without URL'}       | ${{ config: { remote_write: [{ name: 'x' }] } }}                                             | ${/remote_write.*url/s}
      ${'an invalid duration'}          | ${{ config: { retry_budget: 'soon' } }}                                                      | ${/retry_budget/}
      ${'an empty duration'}            | ${{ config: { retry_budget: '' } }}                                                          | ${/retry_budget/}
      ${'a duration within a receiver'} | ${{ config: { remote_write: [{ url, remote_timeout: '5 min' }] } }}                          | ${/remote_timeout/}
      ${'an invalid size'}              | ${{ config: { source: { files: { max_document_size: '1MB' } } } }}                           | ${/max_document_size/}
      ${'an unknown group'}             | ${{ config: { metrics: { groups: ['cves'] } } }}                                             | ${/metrics.*groups/}
      ${'text for a number'}            | ${{ config: { source: { kubernetes: { concurrency: 'two' } } } }}                            | ${/concurrency/}
      ${'two clusters'}                 | ${{ config: { cluster: 'other' } }}                                                          | ${/config\.cluster: other contradicts c in cluster; set only cluster/}
      ${'a namespace in another place'} | ${{ config: { source: { kubernetes: { namespace: 'x' } } } }}                                | ${/config\.source\.kubernetes\.namespace: set kubescapeNamespace instead/}
      ${'shards in another place'}      | ${{ config: { source: { sharding: { shards: 2 } } } }}                                       | ${/config\.source\.sharding: set shards instead/}
      ${'another state folder'}         | ${{ config: { state_dir: '/x' } }}                                                           | ${/config\.state_dir: the chart sets this; set persistence\.enabled/}
      ${'no configuration at all'}      | ${{ config: null }}                                                                          | ${/config/}
      ${'an empty list of receivers'}   | ${{ config: { remote_write: [] } }}                                                          | ${/config\.remote_write: no receiver; add one here, or set config\.pushgateway\.url/}
      ${'shards that read files'}       | ${{ shards: 2, config: { source: { files: { paths: ['/r'] } } } }}                           | ${/shards: must be 1, /}
      ${'a shared volume of one node'}  | ${{ shards: 2, persistence: { enabled: true } }}                                             | ${/persistence\.accessModes: .*ReadWriteMany/}
      ${'one claim for many pods'}      | ${{ mode: 'agent', shards: 2, persistence: { enabled: true, existingClaim: 'x' } }}          | ${/persistence\.existingClaim: must be empty/}
      ${'a deadline that is too short'} | ${{ cronjob: { activeDeadlineSeconds: 240 } }}                                               | ${/cronjob\.activeDeadlineSeconds: 240 s is too short, because a push may take 240 s/}
      ${'a wait that is too long'}      | ${{ config: { source: { kubernetes: { wait_quiet: '2m', wait_timeout: '1h5m1s500ms' } } } }} | ${/cronjob\.activeDeadlineSeconds: 3600 s is too short, because a push may take 4141 s/}
      ${'credentials in a URL'}         | ${{ config: { remote_write: [{ url: 'https://u:hush@mimir.example' }] } }}                   | ${/config\.remote_write\[0\]\.url: the URL contains credentials/}
      ${'a token in a URL'}             | ${{ config: { remote_write: [{ url: `${url}?a=b&token=hush` }] } }}                          | ${/config\.remote_write\[0\]\.url: the URL contains credentials/}
      ${'a secret header'}              | ${{ config: { remote_write: [{ url, headers: { Authorization: 'hush' } }] } }}               | ${/config\.remote_write\[0\]\.headers\.Authorization: a ConfigMap must not contain secrets/}
    `('reject $what', async ({ values, says }: Row) => {
      const run = await template({ helm: version, values: merge(good, values) });

      expect(run.exitCode).not.toBe(0);
      expect(run.stderr).toMatch(says);
      expect(run.stderr).not.toContain('hush');
      expect(run.stdout).toBe('');
    });

    it.each`
      what                              | values                                                              | says
      ${'a deadline beyond the Job'}    | ${{ config: { deadline: '2h' } }}                                   | ${/cronjob\.activeDeadlineSeconds: 3600 s is too short, because a push may take 7200 s/}
      ${'a shutdown beyond the pod'}    | ${{ mode: 'agent', config: { agent: { shutdown_timeout: '1m' } } }} | ${/agent\.terminationGracePeriodSeconds: 60 s is too short, because config\.agent\.shutdown_timeout is 60 s/}
      ${'a heartbeat in another place'} | ${{ mode: 'agent', config: { agent: { heartbeat_file: '/x' } } }}   | ${/config\.agent\.heartbeat_file: the chart sets this/}
    `('reject $what, without the schema', async ({ values, says }: Row) => {
      const run = await template({ helm: version, values: merge(good, values), withSchema: false });

      expect(run.exitCode).not.toBe(0);
      expect(run.stderr).toMatch(says);
    });

    // The schema rejects some of these options. The template must reject their secrets without it.
    it.each`
      where                                                         | receiver
      ${'basic_auth.password: a ConfigMap'}                         | ${{ basic_auth: { username: 'u', password: 'hush' } }}
      ${'authorization.credentials: a ConfigMap'}                   | ${{ authorization: { credentials: 'hush' } }}
      ${'oauth2.client_secret: a ConfigMap'}                        | ${{ oauth2: { client_secret: 'hush' } }}
      ${'sigv4.secret_key: a ConfigMap'}                            | ${{ sigv4: { secret_key: 'hush' } }}
      ${'tls_config.key: a ConfigMap'}                              | ${{ tls_config: { key: 'hush' } }}
      ${'oauth2.token_url: the URL contains credentials'}           | ${{ oauth2: { token_url: 'https://u:hush@idp.example' } }}
      ${'http_headers.X-Scope.secrets[0]: a ConfigMap'}             | ${{ http_headers: { 'X-Scope': { secrets: ['hush'] } } }}
      ${'http_headers.X-Api-Key.values[0]: a ConfigMap'}            | ${{ http_headers: { 'X-Api-Key': { values: ['hush'] } } }}
      ${'headers.X-Auth-Key: a ConfigMap'}                          | ${{ headers: { 'X-Auth-Key': 'hush' } }}
      ${'headers.X.Credential: a ConfigMap'}                        | ${{ headers: { 'X.Credential': 'hush' } }}
      ${'headers.X-Scope: a ConfigMap'}                             | ${{ headers: { 'X-Scope': 'Basic hush' } }}
      ${'http_headers.X-Scope.values[1]: a ConfigMap'}              | ${{ http_headers: { 'X-Scope': { values: ['a', 'bearer hush'] } } }}
      ${'proxy_connect_header.Proxy-Authorization[0]: a ConfigMap'} | ${{ proxy_connect_header: { 'Proxy-Authorization': ['hush'] } }}
      ${'oauth2.endpoint_params.client_assertion: a ConfigMap'}     | ${{ oauth2: { endpoint_params: { client_assertion: 'hush' } } }}
      ${'oauth2.endpoint_params.Client-Secret: a ConfigMap'}        | ${{ oauth2: { endpoint_params: { 'Client-Secret': 'hush' } } }}
    `(
      'reject a secret, without the schema: $where',
      async ({ where, receiver }: { where: string; receiver: object }) => {
        const values = { config: { remote_write: [{ url, ...receiver }] } };

        const run = await template({ helm: version, values, withSchema: false });

        expect(run.exitCode).not.toBe(0);
        expect(run.stderr).toContain(`config.remote_write[0].${where}`);
        expect(run.stderr).not.toContain('hush');
      },
    );
  });
}

const harmless = {
  external_labels: { key: 'prod', token: 'none' },
  remote_write: [
    {
      url,
      external_labels: { key: 'prod' },
      headers: { 'X-Scope-OrgID': 'basic' },
      http_headers: { 'X-Scope': { files: ['/var/run/secrets/x/token'] } },
      oauth2: {
        client_id: 'key',
        client_secret_file: '/var/run/secrets/x/secret',
        token_url: 'https://idp.example/token',
        endpoint_params: {
          audience: 'mimir',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        },
      },
    },
  ],
};

/** Merges as Helm does: maps by key, everything else as a whole. */
function merge(base: object, over: object): object {
  const result = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const before = result.get(key);
    result.set(key, isMap(before) && isMap(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(result);
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
