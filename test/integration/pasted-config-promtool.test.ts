import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadConfig } from '../../src/config/load-config.ts';
import { realPromtool } from '../support/real-servers/real-servers.ts';

const promtool = await realPromtool();

/** Everything that the reference of Prometheus 3.5 lists for `remote_write`, in the spellings that people use. */
const blocks: readonly string[] = [
  'url: http://a',
  'url: http://a\nremote_timeout: 30s',
  'url: http://a\nremote_timeout: 1m30s',
  'url: http://a\nname: 42',
  'url: http://u:p@a/push?x=y',
  'url: http://a\nheaders: {X-Scope-OrgID: 1234}',
  'url: http://a\nheaders: {X-Scope-OrgID: 0123, X-B: true}',
  'url: http://a\nheaders:',
  'url: http://a\nsend_exemplars: true\nsend_native_histograms: true\nround_robin_dns: true',
  'url: http://a\nfollow_redirects: true\nenable_http2: true',
  'url: http://a\nfollow_redirects: no\nenable_http2: off',
  'url: http://a\nprotobuf_message: io.prometheus.write.v2.Request',
  'url: http://a\nprotobuf_message: prometheus.WriteRequest',
  'url: http://a\nbasic_auth: {username: 123, password: 456}',
  'url: http://a\nbasic_auth: {username_file: u, password_file: p}',
  'url: http://a\nbasic_auth: {username: u}',
  'url: http://a\nbearer_token: abc',
  'url: http://a\nbearer_token: 123',
  'url: http://a\nbearer_token_file: /token',
  'url: http://a\nauthorization: {credentials: abc}',
  'url: http://a\nauthorization: {type: Token, credentials_file: /token}',
  'url: http://a\noauth2: {client_id: 1, client_secret: 2, token_url: "http://t"}',
  'url: http://a\noauth2: {client_id: a, client_secret_file: /s, token_url: "http://t", scopes: [a, 1], endpoint_params: {audience: 5}}',
  'url: http://a\noauth2: {client_id: a, client_secret: b, token_url: "http://t", tls_config: {insecure_skip_verify: yes}, proxy_url: "http://p:1"}',
  'url: http://a\nsigv4: {}',
  'url: http://a\nsigv4: {region: eu-west-1, access_key: a, secret_key: b}',
  'url: http://a\nsigv4: {region: eu-west-1, profile: p, role_arn: "arn:aws:iam::1:role/x"}',
  'url: http://a\ntls_config: {ca_file: ca.pem, server_name: x, insecure_skip_verify: true}',
  'url: http://a\ntls_config: {cert_file: cert.pem, key_file: key.pem, min_version: TLS12, max_version: TLS13}',
  'url: http://a\nproxy_url: http://p:3128\nno_proxy: a,b\nproxy_connect_header: {X-A: [b, 1]}',
  'url: http://a\nproxy_from_environment: true',
  'url: http://a\nhttp_headers: {X-A: {values: [b, 1]}, X-B: {secrets: [c]}, X-C: {files: [d]}}',
  'url: http://a\nqueue_config: {capacity: 10000, max_shards: 200, min_shards: 10, max_samples_per_send: 100000}',
  'url: http://a\nqueue_config: {batch_send_deadline: 10s, min_backoff: 30ms, max_backoff: 5s, retry_on_http_429: true, sample_age_limit: 1d}',
  'url: http://a\nqueue_config: {sample_age_limit: 0, retry_on_http_429: yes}',
  'url: http://a\nqueue_config:',
  'url: http://a\nmetadata_config: {send: true, send_interval: 5m, max_samples_per_send: 1000}',
  'url: http://a\nmetadata_config: {send: no}',
  'url: http://a\nwrite_relabel_configs: [{source_labels: [__name__], regex: 5, action: keep}]',
  'url: http://a\nwrite_relabel_configs: [{action: LabelDrop, regex: "tmp_.*"}, {target_label: zone, replacement: 1.10}]',
  'url: http://a\nwrite_relabel_configs: [{target_label: service.name, replacement: x}]',
  'url: http://a\nwrite_relabel_configs: [{action: labelmap, regex: "a_(.+)", replacement: "größe.$1"}]',
  'url: http://a\nwrite_relabel_configs: [{source_labels: [service.name, "größe"], separator: 1, target_label: t, modulus: 8, action: hashmod}]',
  'url: http://a\nwrite_relabel_configs: [{source_labels: [a], target_label: "größe", action: uppercase}, {source_labels: [a], target_label: b.c, action: keepequal}]',
  'url: http://a\nwrite_relabel_configs:',
];

/** Debian's promtool is built without Azure. */
const azureBlocks: readonly string[] = [
  'url: http://a\nazuread: {cloud: AzurePublic, managed_identity: {client_id: 00000000-0000-0000-0000-000000000000}}',
  'url: http://a\nazuread: {managed_identity: {client_id: 00000000-0000-0000-0000-000000000000}}',
  'url: http://a\nazuread: {cloud: AzureChina, oauth: {client_id: 00000000-0000-0000-0000-000000000000, client_secret: s, tenant_id: 00000000-0000-0000-0000-000000000000}}',
  'url: http://a\nazuread: {sdk: {tenant_id: 00000000-0000-0000-0000-000000000000}}',
];

const externalLabels: readonly string[] = [
  '{cluster_zone: 1, canary: yes, "service.name": x}',
  '{__replica__: a, region: eu}',
  '{größe: x}',
];

describe.skipIf(promtool.missing)(`what ${promtool.label} accepts`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pasted-promtool-'));
    for (const name of ['ca.pem', 'cert.pem', 'key.pem', 'u', 'p']) {
      writeFileSync(join(folder, name), '');
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(blocks)('is accepted here: %s', async (block) => {
    const remoteWrite = `remote_write:\n- ${block.replaceAll('\n', '\n  ')}\n`;

    expect(await complaints(remoteWrite)).toBe('');
    expect(() => load(remoteWrite)).not.toThrow();
  });

  it.each(azureBlocks)('is accepted here: %s', (block) => {
    expect(() => load(`remote_write:\n- ${block.replaceAll('\n', '\n  ')}\n`)).not.toThrow();
  });

  it.each(externalLabels)('is accepted as external labels: %s', async (labels) => {
    const block = `external_labels: ${labels}\n`;

    expect(await complaints(`global:\n  ${block}`)).toBe('');
    expect(() => load(block)).not.toThrow();
  });

  /** What promtool says about an invalid file, or nothing. */
  async function complaints(text: string): Promise<string> {
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, text);
    const { exitCode, stderr } = await promtool.run(['check', 'config', '--syntax-only', file]);
    return exitCode === 0 ? '' : stderr;
  }

  function load(text: string): unknown {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, text);
    return loadConfig({ flags: new Map(), environment: {}, file });
  }
});
