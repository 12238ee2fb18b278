import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toAccess } from './http-access.ts';
import { loadConfig, type LoadedConfig } from './load-config.ts';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pasted-config-'));
  path = join(folder, 'config.yaml');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a block pasted from Prometheus', () => {
  it.each`
    block                                            | warning
    ${'follow_redirects: true'}                      | ${'follow_redirects has no effect, because redirects are not followed; configure the final URL'}
    ${'enable_http2: true'}                          | ${'enable_http2 has no effect, because requests use HTTP/1.1, the default of Prometheus'}
    ${'send_exemplars: true'}                        | ${'send_exemplars has no effect, because scan results contain no exemplars'}
    ${'send_native_histograms: true'}                | ${'send_native_histograms has no effect, because scan results contain no histograms'}
    ${'round_robin_dns: true'}                       | ${'round_robin_dns has no effect, because connections are reused; balance the load in front of the receiver'}
    ${'queue_config: {min_shards: 5}'}               | ${'queue_config.min_shards has no effect, because the number of parallel requests is fixed; set max_shards'}
    ${'queue_config: {batch_send_deadline: 1s}'}     | ${'queue_config.batch_send_deadline has no effect, because a push sends its samples immediately'}
    ${'queue_config: {max_shards: 200}'}             | ${'queue_config.max_shards is reduced to 50'}
    ${'queue_config: {max_samples_per_send: 60000}'} | ${'queue_config.max_samples_per_send is reduced to 50000'}
    ${'metadata_config: {send_interval: 5m}'}        | ${'metadata_config.send_interval has no effect, because metadata is sent with each push'}
  `('warns once about $block', ({ block, warning }: { block: string; warning: string }) => {
    const { warnings } = load(
      `remote_write: [{url: http://a, ${block}}, {url: http://b, ${block}}]`,
    );

    expect(warnings).toEqual([expect.stringMatching(/^FILE:1:\d+: /)]);
    expect(warnings[0]).toContain(warning);
  });

  it('does not warn about values that match the actual behavior', () => {
    const { warnings } = load(`
      remote_write:
        - url: http://a
          follow_redirects: false
          enable_http2: false
          send_exemplars: false
          send_native_histograms: false
          round_robin_dns: false
          queue_config: {min_shards: 1, batch_send_deadline: 5s, max_shards: 50}
          metadata_config: {send_interval: 1m, max_samples_per_send: 2000}
    `);

    expect(warnings).toEqual([]);
  });

  it('reads unquoted numbers and booleans as text where text is expected, as they are written', () => {
    const { config } = load(`
      cluster: 007
      external_labels: {zone: 1.10, replica: 0x10, canary: true}
      remote_write:
        - url: http://a
          name: 1e3
          headers: {X-Scope-OrgID: 12345678901234567890}
          basic_auth: {username: 123456, password: 0o17}
          write_relabel_configs:
            - {source_labels: [zone], regex: 1.10, target_label: z, replacement: 2}
    `);

    const [receiver] = config.remote_write;
    expect(config.cluster).toBe('007');
    expect(config.external_labels).toEqual({ zone: '1.10', replica: '0x10', canary: 'true' });
    expect(receiver).toMatchObject({
      name: '1e3',
      headers: { 'X-Scope-OrgID': '12345678901234567890' },
      basic_auth: { username: '123456', password: '0o17' },
      write_relabel_configs: [{ regex: '1.10', replacement: '2' }],
    });
  });

  it('reads the booleans of YAML 1.1 where a boolean is expected', () => {
    const { config } = load(
      'remote_write: [{url: http://a, tls_config: {insecure_skip_verify: yes}, metadata_config: {send: Off}}]',
    );

    expect(config.remote_write[0]).toMatchObject({
      tls_config: { insecure_skip_verify: true },
      metadata_config: { send: false },
    });
  });

  it('uses the defaults of keys without a value', () => {
    const text =
      'remote_write:\n- url: http://a\n  headers:\n  queue_config:\n  basic_auth:\nlog:\n';

    expect(load(text).config).toEqual(load('remote_write: [{url: http://a}]').config);
  });

  it('resolves anchors and merge keys', () => {
    const { config } = load(`
      remote_write:
        - &first {url: http://a, headers: {X-A: b}}
        - {<<: *first, name: second}
    `);

    expect(config.remote_write[1]).toMatchObject({ url: 'http://a', headers: { 'X-A': 'b' } });
  });

  it.each`
    block                           | credentials
    ${'bearer_token: t'}            | ${{ text: 't' }}
    ${'bearer_token_file: /etc/t'}  | ${{ file: '/etc/t' }}
    ${'bearer_token_file: "/a: b"'} | ${{ file: '/a: b' }}
  `('accepts $block', ({ block, credentials }: { block: string; credentials: object }) => {
    const [receiver] = load(`remote_write: [{url: http://a, ${block}}]`).config.remote_write;

    expect(receiver && toAccess(receiver).auth).toEqual({
      kind: 'authorization',
      scheme: 'Bearer',
      credentials,
    });
  });
});

describe('advice', () => {
  it.each`
    what                                  | text                                                                 | advice
    ${'a complete prometheus.yml'}        | ${'global: {external_labels: {a: b}}\nscrape_configs: []\n'}         | ${'FILE:1:1: unknown key "global"; this looks like prometheus.yml: copy only remote_write, and the labels in global.external_labels to external_labels'}
    ${'a resource of the Operator'}       | ${'remoteWrite: []'}                                                 | ${'FILE:1:1: unknown key "remoteWrite"; this looks like a resource of the Prometheus Operator: copy the list remoteWrite to remote_write, and write its keys as in prometheus.yml (basicAuth → basic_auth)'}
    ${'a key in the Operator’s spelling'} | ${'remote_write:\n- url: http://a\n  writeRelabelConfigs: []\n'}     | ${'FILE:3:3: remote_write[0]: unknown key "writeRelabelConfigs"; did you mean "write_relabel_configs"?'}
    ${'a typing mistake deep inside'}     | ${'remote_write:\n- url: http://a\n  queue_config:\n    capcity: 1'} | ${'FILE:4:5: remote_write[0].queue_config: unknown key "capcity"; did you mean "capacity"?'}
    ${'a key like no other'}              | ${'log: {banana: 1}'}                                                | ${'FILE:1:7: log: unknown key "banana"'}
  `('explains $what', ({ text, advice }: { text: string; advice: string }) => {
    expect(failureOf(text).split('\n')[0]).toBe(advice);
  });

  it('names each unknown key on its own line', () => {
    const lines = failureOf('global: {}\nrule_files: []\nclustr: a\n').split('\n');

    expect(lines.map((line) => line.slice(0, 22))).toEqual([
      'FILE:1:1: unknown key ',
      'FILE:2:1: unknown key ',
      'FILE:3:1: unknown key ',
    ]);
  });
});

describe('secrets that are written as variables', () => {
  it.each`
    receiver                                           | message
    ${'name: m, basic_auth: {password: "${PASS}"}'}    | ${'basic_auth.password: "${PASS}" is not replaced; use password_file, or set the environment variable KUBESCAPE_PUSH_REMOTE_WRITE_M_PASSWORD'}
    ${'basic_auth: {password: "a${PASS}b"}'}           | ${'basic_auth.password: "${PASS}" is not replaced; use password_file, or give the receiver a name and set the environment variable KUBESCAPE_PUSH_REMOTE_WRITE_<NAME>_PASSWORD'}
    ${'name: m, authorization: {credentials: $(TOK)}'} | ${'authorization.credentials: "$(TOK)" is not replaced; use credentials_file, or set the environment variable KUBESCAPE_PUSH_REMOTE_WRITE_M_CREDENTIALS'}
    ${'bearer_token: $TOKEN'}                          | ${'bearer_token: "$TOKEN" is not replaced; use bearer_token_file'}
    ${'headers: {X-Key: "${KEY}"}'}                    | ${'headers.X-Key: "${KEY}" is not replaced; use http_headers with files, which are read for each push'}
    ${'basic_auth: {username: "${U}", password: p}'}   | ${'basic_auth.username: "${U}" is not replaced; write the value itself'}
  `('are rejected with the alternatives: $receiver', ({ receiver, message }: Rejected) => {
    const failure = failureOf(`remote_write: [{url: http://a, ${receiver}}]`);

    expect(failure).toMatch(/^FILE:1:\d+: remote_write\[0\]\./);
    expect(failure).toContain(message);
    expect(failure).not.toMatch(/a\$\{PASS\}b/);
  });

  it('may contain a dollar sign', () => {
    const text = `remote_write: [{url: http://a, basic_auth: {password: 'pa$$w0rd$x'}}]`;

    expect(load(text).config.remote_write[0]?.basic_auth?.password).toBe('pa$$w0rd$x');
  });
});

describe('secrets in the environment', () => {
  it.each`
    variable                                            | block                                              | path
    ${'KUBESCAPE_PUSH_REMOTE_WRITE_EU_1_PASSWORD'}      | ${'basic_auth: {username: u, password: "${X}"}'}   | ${['basic_auth', 'password']}
    ${'KUBESCAPE_PUSH_REMOTE_WRITE_EU_1_PASSWORD'}      | ${'basic_auth: {username: u, password_file: /x}'}  | ${['basic_auth', 'password']}
    ${'KUBESCAPE_PUSH_REMOTE_WRITE_EU_1_CREDENTIALS'}   | ${'send_exemplars: false'}                         | ${['authorization', 'credentials']}
    ${'KUBESCAPE_PUSH_REMOTE_WRITE_EU_1_CLIENT_SECRET'} | ${'oauth2: {client_id: c, token_url: "http://t"}'} | ${['oauth2', 'client_secret']}
    ${'KUBESCAPE_PUSH_REMOTE_WRITE_EU_1_SECRET_KEY'}    | ${'sigv4: {region: r, access_key: k}'}             | ${['sigv4', 'secret_key']}
  `('$variable is used by the receiver "eu-1"', ({ variable, block, path: keys }: FromVariable) => {
    const { config, warnings } = load(
      `remote_write: [{url: http://a, name: eu-1, ${block}}, {url: http://b, name: other}]`,
      { [variable]: 'hunter2' },
    );

    const [receiver, other] = config.remote_write;
    expect(receiver).toHaveProperty([...keys], 'hunter2');
    expect(JSON.stringify(other)).not.toContain('hunter2');
    expect(warnings).toEqual([]);
  });

  it('are ignored if empty, and warned about if no receiver has the name', () => {
    const text = 'remote_write: [{url: http://a, name: m, basic_auth: {password: p}}]';
    const environment = {
      KUBESCAPE_PUSH_REMOTE_WRITE_M_PASSWORD: '',
      KUBESCAPE_PUSH_REMOTE_WRITE_X_PASSWORD: 'hunter2',
    };

    const { config, warnings } = load(text, environment);

    expect(config.remote_write[0]?.basic_auth?.password).toBe('p');
    expect(warnings).toEqual([
      'ignored unknown environment variable KUBESCAPE_PUSH_REMOTE_WRITE_X_PASSWORD',
    ]);
  });
});

interface Rejected {
  readonly receiver: string;
  readonly message: string;
}

interface FromVariable {
  readonly variable: string;
  readonly block: string;
  readonly path: readonly string[];
}

function load(text: string, environment: Readonly<Record<string, string>> = {}): LoadedConfig {
  writeFileSync(path, text);
  const loaded = loadConfig({ flags: new Map(), environment, file: path });
  return { ...loaded, warnings: loaded.warnings.map((one) => one.replaceAll(path, 'FILE')) };
}

function failureOf(text: string): string {
  try {
    load(text);
  } catch (error) {
    return String(error instanceof Error ? error.message : error).replaceAll(path, 'FILE');
  }
  throw new Error('expected the configuration to be rejected');
}
