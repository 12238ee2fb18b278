import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { metricGroups } from '../model/metric-group.ts';
import { ConfigError } from './config-error.ts';
import { loadConfig, type LoadedConfig } from './load-config.ts';
import type { Config } from './schema.ts';

type Flags = Readonly<Record<string, readonly string[]>>;
type Environment = Readonly<Record<string, string>>;

interface Given {
  readonly flags?: Flags;
  readonly environment?: Environment;
  /** Text of the configuration file. */
  readonly file?: string;
}

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'load-config-'));
  path = join(folder, 'config.yaml');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('loadConfig', () => {
  it.each`
    what                    | given
    ${'nothing'}            | ${{}}
    ${'an empty file'}      | ${{ file: '' }}
    ${'a file of comments'} | ${{ file: '# nothing yet\n' }}
  `('applies the defaults, given $what', ({ given }: { given: Given }) => {
    expect(load(given)).toMatchObject({
      source: { files: { paths: [], max_document_size: 64 * 2 ** 20 } },
      metrics: { prefix: 'kubescape_', custom: [] },
      remote_write: [],
      retry_budget: 120_000,
      log: { level: 'info', format: 'auto' },
    });
  });

  it.each`
    first         | second                         | given                                                                                          | level
    ${'file'}     | ${'default'}                   | ${{ file: 'log: {level: warn}' }}                                                              | ${'warn'}
    ${'variable'} | ${'default'}                   | ${{ environment: { KUBESCAPE_PUSH_LOG_LEVEL: 'error' } }}                                      | ${'error'}
    ${'flag'}     | ${'default'}                   | ${{ flags: { '--log-level': ['debug'] } }}                                                     | ${'debug'}
    ${'variable'} | ${'file'}                      | ${{ file: 'log: {level: warn}', environment: { KUBESCAPE_PUSH_LOG_LEVEL: 'error' } }}          | ${'error'}
    ${'flag'}     | ${'file'}                      | ${{ file: 'log: {level: warn}', flags: { '--log-level': ['debug'] } }}                         | ${'debug'}
    ${'flag'}     | ${'variable'}                  | ${{ environment: { KUBESCAPE_PUSH_LOG_LEVEL: 'error' }, flags: { '--log-level': ['debug'] } }} | ${'debug'}
    ${'flag'}     | ${'a wrong variable'}          | ${{ environment: { KUBESCAPE_PUSH_LOG_LEVEL: 'loud' }, flags: { '--log-level': ['debug'] } }}  | ${'debug'}
    ${'variable'} | ${'a wrong value in the file'} | ${{ file: 'log: {level: loud}', environment: { KUBESCAPE_PUSH_LOG_LEVEL: 'error' } }}          | ${'error'}
  `('prefers a $first to a $second', ({ given, level }: { given: Given; level: string }) => {
    expect(load(given).log.level).toBe(level);
  });

  it('replaces a list by that of a higher level, and keeps the other keys of the block', () => {
    const file =
      'metrics: {groups: [scans], prefix: x_}\nremote_write: [{url: http://file, name: f}]';
    const environment = { KUBESCAPE_PUSH_REMOTE_WRITE_URL: 'http://a, http://b' };
    const flags = { '--metrics-groups': ['vulnerabilities'] };

    const { metrics, remote_write: endpoints } = load({ file, environment, flags });

    expect(metrics).toMatchObject({ groups: ['vulnerabilities'], prefix: 'x_' });
    expect(endpoints.map(({ url, name }) => ({ url, name }))).toEqual([
      { url: 'http://a', name: undefined },
      { url: 'http://b', name: undefined },
    ]);
  });

  it('replaces all pairs at once', () => {
    const file = 'pushgateway: {job: j, grouping: {a: "1", b: "2"}}';

    const { pushgateway } = load({ file, flags: { '--pushgateway-grouping': ['b=3'] } });

    expect(pushgateway).toMatchObject({ job: 'j', grouping: { b: '3' } });
    expect(pushgateway.grouping).not.toHaveProperty('a');
  });

  it('treats an empty variable as unset, for a list as well', () => {
    const environment = { KUBESCAPE_PUSH_METRICS_GROUPS: '', KUBESCAPE_PUSH_METRICS_PREFIX: '' };

    expect(load({ environment }).metrics).toEqual(load({}).metrics);
  });

  it('accepts an empty list and an empty prefix in a file', () => {
    const file = 'metrics: {groups: [], prefix: ""}';

    expect(load({ file }).metrics).toMatchObject({ groups: [], prefix: '' });
  });

  it.each`
    what                         | given                                                              | message
    ${'a flag'}                  | ${{ flags: { '--retry-budget': ['soon'] } }}                       | ${'--retry-budget: "soon" must be a duration such as 30s, 5m or 1h30m'}
    ${'a URL'}                   | ${{ flags: { '--remote-write-url': ['prometheus:9090'] } }}        | ${'--remote-write-url: "prometheus:9090" must start with http:// or https://'}
    ${'a flag of a list'}        | ${{ flags: { '--metrics-groups': ['scans', 'x'] } }}               | ${`--metrics-groups: "x" must be one of ${metricGroups.join(', ')}`}
    ${'a flag of a number'}      | ${{ flags: { '--pushgateway-max-series': ['many'] } }}             | ${'--pushgateway-max-series: must be a number'}
    ${'a number out of range'}   | ${{ flags: { '--shards': ['0'] } }}                                | ${'--shards: "0" must be at least 1'}
    ${'a flag without a pair'}   | ${{ flags: { '--pushgateway-grouping': ['x'] } }}                  | ${'--pushgateway-grouping: write each value as name=value'}
    ${'a variable'}              | ${{ environment: { KUBESCAPE_PUSH_MAX_DOCUMENT_SIZE: '1' } }}      | ${'KUBESCAPE_PUSH_MAX_DOCUMENT_SIZE: "1" must be a size such as 512KiB or 64MiB'}
    ${'a key of the file'}       | ${{ file: 'log:\n  level: loud\n' }}                               | ${'FILE:2:3: log.level: "loud" must be one of debug, info, warn, error, silent'}
    ${'a key inside a list'}     | ${{ file: 'remote_write: [{url: http://a}, {url: b}]' }}           | ${'FILE:1:34: remote_write[1].url: "b" must start with http:// or https://'}
    ${'a missing key'}           | ${{ file: 'remote_write: [{name: a}]' }}                           | ${'FILE:1:16: remote_write[0].url: must start with http:// or https://'}
    ${'an unknown key'}          | ${{ file: 'clustr: x' }}                                           | ${'FILE:1:1: unknown key "clustr"; did you mean "cluster"?'}
    ${'an unknown key inside'}   | ${{ file: 'pushgateway: {urll: http://a}' }}                       | ${'FILE:1:15: pushgateway: unknown key "urll"; did you mean "url"?'}
    ${'two keys, a line each'}   | ${{ file: 'log: {colour: red}\nretry_budget: soon' }}              | ${'FILE:2:1: retry_budget: "soon" must be a duration such as 30s, 5m or 1h30m\nFILE:1:7: log: unknown key "colour"'}
    ${'a reserved header'}       | ${{ file: 'remote_write: [{url: http://a, headers: {Host: b}}]' }} | ${'FILE:1:32: remote_write[0].headers: Host cannot be set here; the remote-write protocol sets it'}
    ${'a number for a duration'} | ${{ file: 'retry_budget: 30' }}                                    | ${'FILE:1:1: retry_budget: "30" must be a duration such as 30s, 5m or 1h30m'}
    ${'a text for a block'}      | ${{ file: 'log: verbose' }}                                        | ${'FILE:1:1: log: must be a block of keys and values'}
    ${'a file that is a list'}   | ${{ file: '- a\n' }}                                               | ${'cannot read configuration file FILE: it must contain keys and values'}
    ${'a file of invalid YAML'}  | ${{ file: 'a: "b\n' }}                                             | ${'cannot read configuration file FILE: invalid YAML at line 2, column 1 (MISSING_CHAR)'}
  `('names what is invalid: $what', ({ given, message }: { given: Given; message: string }) => {
    const error = failureOf(given);

    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(message);
  });

  it('names a missing file', () => {
    const input = { flags: new Map(), environment: {}, file: '/nowhere/config.yaml' };

    expect(() => loadConfig(input)).toThrow(
      /^cannot read configuration file \/nowhere\/config\.yaml: ENOENT/,
    );
  });

  it('rejects a file larger than 4 MiB', () => {
    expect(failureOf({ file: `# ${'x'.repeat(4 * 2 ** 20)}` }).message).toBe(
      'cannot read configuration file FILE: it is larger than 4 MiB',
    );
  });

  it('rejects a file whose aliases expand to too many values', () => {
    const bomb = Array.from({ length: 9 }, (_, n) => `a${n}: &a${n} [${`*a${n - 1}, `.repeat(9)}]`);
    bomb[0] = 'a0: &a0 [x]';

    expect(failureOf({ file: bomb.join('\n') }).message).toMatch(
      /its YAML aliases expand to too many values$/,
    );
  });

  it('names the variable whose text is not a pair', () => {
    const environment = { KUBESCAPE_PUSH_PUSHGATEWAY_GROUPING: 'x' };

    expect(failureOf({ environment }).message).toBe(
      'KUBESCAPE_PUSH_PUSHGATEWAY_GROUPING: write each value as name=value',
    );
  });

  it('rejects text in place of a block, even if a variable sets a key of the block', () => {
    const environment = { KUBESCAPE_PUSH_LOG_LEVEL: 'warn' };

    expect(() => load({ file: 'log: verbose', environment })).toThrow(ConfigError);
  });

  describe('never repeats a secret', () => {
    it.each`
      where                                | given
      ${'in the URL of a flag'}            | ${{ flags: { '--remote-write-url': ['ftp://u:hunter2@h'] } }}
      ${'in a URL without a host'}         | ${{ flags: { '--pushgateway-url': ['http://u:hunter2@'] } }}
      ${'in the URL of a variable'}        | ${{ environment: { KUBESCAPE_PUSH_REMOTE_WRITE_URL: 'u:hunter2@h' } }}
      ${'in the URL of the file'}          | ${{ file: 'remote_write: [{url: "ftp://u:hunter2@h"}]' }}
      ${'in a URL in place of a block'}    | ${{ file: 'remote_write: ["http://u:hunter2@h"]' }}
      ${'in a URL in place of a list'}     | ${{ file: 'remote_write: http://u:hunter2@h' }}
      ${'in a text without its end'}       | ${{ file: 'pushgateway:\n  url: "http://u:hunter2@h\n' }}
      ${'in a text with a colon'}          | ${{ file: 'pushgateway:\n  url: http://u:hunter2@h: x\n' }}
      ${'in a header with the wrong type'} | ${{ file: 'remote_write: [{url: http://h, headers: {Authorization: [hunter2]}}]' }}
      ${'in a pair without a name'}        | ${{ flags: { '--pushgateway-grouping': ['=hunter2'] } }}
      ${'in a number'}                     | ${{ flags: { '--pushgateway-max-series': ['hunter2'] } }}
    `('$where', ({ given }: { given: Given }) => {
      expect(failureOf(given).message).not.toContain('hunter2');
    });

    // YAML treats a leading `*` as an alias, and the parser quotes it in its message.
    it('in a header that begins with an asterisk', () => {
      const file = 'remote_write: [{url: http://h, headers: {Authorization: *hunter2}}]';

      expect(failureOf({ file }).message).not.toContain('hunter2');
    });

    // Without `url:` in front of it, YAML parses the URL as a key.
    it('in a URL in place of a key', () => {
      const file = 'remote_write:\n  - http://u:hunter2@h:\n';

      expect(failureOf({ file }).message).not.toContain('hunter2');
    });
  });
});

describe('warnings about environment variables', () => {
  it.each`
    name                             | unknown
    ${'KUBESCAPE_PUSH_CLUSTR'}       | ${true}
    ${'KUBESCAPE_PUSH_cluster'}      | ${true}
    ${'KUBESCAPE_PUSH_PORTS'}        | ${true}
    ${'KUBESCAPE_PUSH_CLUSTER'}      | ${false}
    ${'KUBESCAPE_PUSH_CONFIG'}       | ${false}
    ${'KUBESCAPE_PUSH_SERVICE_HOST'} | ${false}
    ${'KUBESCAPE_PUSH_PORT'}         | ${false}
    ${'KUBESCAPE_PUSH_PORT_80_TCP'}  | ${false}
    ${'KUBESCAPE_NAMESPACE'}         | ${false}
    ${'PATH'}                        | ${false}
  `('exist for $name: $unknown', ({ name, unknown }: { name: string; unknown: boolean }) => {
    const { warnings } = loadAll({ environment: { [name]: 'http://h' } });

    expect(warnings).toEqual(unknown ? [`ignored unknown environment variable ${name}`] : []);
  });
});

function load(given: Given): Config {
  return loadAll(given).config;
}

function loadAll({ flags = {}, environment = {}, file }: Given): LoadedConfig {
  if (file !== undefined) writeFileSync(path, file);
  return loadConfig({
    flags: new Map(Object.entries(flags)),
    environment,
    file: file === undefined ? undefined : path,
  });
}

/** The error, with `FILE` for the path of the file. */
function failureOf(given: Given): ConfigError {
  try {
    load(given);
  } catch (error) {
    if (error instanceof ConfigError)
      return new ConfigError(error.message.replaceAll(path, 'FILE'));
    throw error;
  }
  throw new Error('expected the configuration to be rejected');
}
