import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ConfigError } from './config-error.ts';
import { findUnknownVariables, loadConfig } from './load-config.ts';
import { type Config, metricGroups } from './schema.ts';

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
  `('has a default for everything, given $what', ({ given }: { given: Given }) => {
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
  `('puts a $first before $second', ({ given, level }: { given: Given; level: string }) => {
    expect(load(given).log.level).toBe(level);
  });

  it('replaces a list by that of a higher place, and leaves the other keys of a block', () => {
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

  it('replaces pairs as a whole', () => {
    const file = 'pushgateway: {job: j, grouping: {a: "1", b: "2"}}';

    const { pushgateway } = load({ file, flags: { '--pushgateway-grouping': ['b=3'] } });

    expect(pushgateway).toMatchObject({ job: 'j', grouping: { b: '3' } });
    expect(pushgateway.grouping).not.toHaveProperty('a');
  });

  it('takes an empty list for a list, and an empty prefix for a prefix', () => {
    const environment = { KUBESCAPE_PUSH_METRICS_GROUPS: '', KUBESCAPE_PUSH_METRICS_PREFIX: '' };

    expect(load({ environment }).metrics).toMatchObject({ groups: [], prefix: '' });
  });

  it.each`
    what                         | given                                                              | message
    ${'a flag'}                  | ${{ flags: { '--retry-budget': ['soon'] } }}                       | ${'--retry-budget: is no duration like 30s, 5m or 1h30m'}
    ${'a flag of a list'}        | ${{ flags: { '--metrics-groups': ['scans', 'x'] } }}               | ${`--metrics-groups: Invalid option: expected one of ${quoted(metricGroups)}`}
    ${'a flag of a number'}      | ${{ flags: { '--pushgateway-max-series': ['many'] } }}             | ${'--pushgateway-max-series: Invalid input: expected number, received string'}
    ${'a flag without a pair'}   | ${{ flags: { '--pushgateway-grouping': ['x'] } }}                  | ${'--pushgateway-grouping: expected name=value'}
    ${'a variable'}              | ${{ environment: { KUBESCAPE_PUSH_MAX_DOCUMENT_SIZE: '1' } }}      | ${'KUBESCAPE_PUSH_MAX_DOCUMENT_SIZE: is no size like 512KiB or 64MiB'}
    ${'a key of the file'}       | ${{ file: 'log:\n  level: loud\n' }}                               | ${'FILE: log.level: Invalid option: expected one of "debug"|"info"|"warn"|"error"|"silent"'}
    ${'a key inside a list'}     | ${{ file: 'remote_write: [{url: http://a}, {url: b}]' }}           | ${'FILE: remote_write[1].url: is no http:// or https:// URL'}
    ${'an unknown key'}          | ${{ file: 'clustr: x' }}                                           | ${'FILE: configuration: Unrecognized key: "clustr"'}
    ${'an unknown key inside'}   | ${{ file: 'pushgateway: {urll: http://a}' }}                       | ${'FILE: pushgateway: Unrecognized key: "urll"'}
    ${'two keys, a line each'}   | ${{ file: 'log: {colour: red}\nretry_budget: soon' }}              | ${'FILE: retry_budget: is no duration like 30s, 5m or 1h30m\nFILE: log: Unrecognized key: "colour"'}
    ${'a reserved header'}       | ${{ file: 'remote_write: [{url: http://a, headers: {Host: b}}]' }} | ${'FILE: remote_write[0].headers: may not set Host: remote write sets it itself'}
    ${'a number for a duration'} | ${{ file: 'retry_budget: 30' }}                                    | ${'FILE: retry_budget: Invalid input: expected string, received number'}
    ${'a file that is a list'}   | ${{ file: '- a\n' }}                                               | ${'FILE: expected keys and values, found something else'}
    ${'a file that is no YAML'}  | ${{ file: 'a: "b\n' }}                                             | ${'configuration file FILE cannot be read: it is no valid YAML at line 2, column 1 (MISSING_CHAR)'}
  `('names $what that is wrong', ({ given, message }: { given: Given; message: string }) => {
    const error = failureOf(given);

    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(message);
  });

  it('names a file that is not there', () => {
    const input = { flags: new Map(), environment: {}, file: '/nowhere/config.yaml' };

    expect(() => loadConfig(input)).toThrow(
      /^configuration file \/nowhere\/config\.yaml cannot be read: ENOENT/,
    );
  });

  it('does not read a file that nobody wrote by hand', () => {
    expect(failureOf({ file: `# ${'x'.repeat(4 * 2 ** 20)}` }).message).toBe(
      'configuration file FILE cannot be read: larger than 4 MiB',
    );
  });

  it('refuses a file whose aliases multiply', () => {
    const bomb = Array.from({ length: 9 }, (_, n) => `a${n}: &a${n} [${`*a${n - 1}, `.repeat(9)}]`);
    bomb[0] = 'a0: &a0 [x]';

    expect(failureOf({ file: bomb.join('\n') }).message).toMatch(
      /cannot be read: its aliases multiply/,
    );
  });

  // Expected: the variable, because that is where the text was set.
  it('names the variable whose text is no pair', () => {
    const environment = { KUBESCAPE_PUSH_PUSHGATEWAY_GROUPING: 'x' };

    expect(failureOf({ environment }).message).toBe(
      'KUBESCAPE_PUSH_PUSHGATEWAY_GROUPING: expected name=value',
    );
  });

  // Expected: a block of the file that is no block is an error whatever a variable sets in it.
  it('refuses a block that is a text, also where a variable sets a key of it', () => {
    const environment = { KUBESCAPE_PUSH_LOG_LEVEL: 'warn' };

    expect(() => load({ file: 'log: verbose', environment })).toThrow(ConfigError);
  });

  describe('never repeats a secret', () => {
    it.each`
      where                             | given
      ${'in the URL of a flag'}         | ${{ flags: { '--remote-write-url': ['ftp://u:hunter2@h'] } }}
      ${'in a URL without a host'}      | ${{ flags: { '--pushgateway-url': ['http://u:hunter2@'] } }}
      ${'in the URL of a variable'}     | ${{ environment: { KUBESCAPE_PUSH_REMOTE_WRITE_URL: 'u:hunter2@h' } }}
      ${'in the URL of the file'}       | ${{ file: 'remote_write: [{url: "ftp://u:hunter2@h"}]' }}
      ${'in a URL in place of a block'} | ${{ file: 'remote_write: ["http://u:hunter2@h"]' }}
      ${'in a URL in place of a list'}  | ${{ file: 'remote_write: http://u:hunter2@h' }}
      ${'in a text without its end'}    | ${{ file: 'pushgateway:\n  url: "http://u:hunter2@h\n' }}
      ${'in a text with a colon'}       | ${{ file: 'pushgateway:\n  url: http://u:hunter2@h: x\n' }}
      ${'in a header that is no text'}  | ${{ file: 'remote_write: [{url: http://h, headers: {Authorization: [hunter2]}}]' }}
      ${'in a pair without a name'}     | ${{ flags: { '--pushgateway-grouping': ['=hunter2'] } }}
      ${'in a number'}                  | ${{ flags: { '--pushgateway-max-series': ['hunter2'] } }}
    `('$where', ({ given }: { given: Given }) => {
      expect(failureOf(given).message).not.toContain('hunter2');
    });

    // Expected: the place, not the text. A value that begins with `*` is an alias to YAML, whose
    // parser quotes it.
    it('in a header that begins with an asterisk', () => {
      const file = 'remote_write: [{url: http://h, headers: {Authorization: *hunter2}}]';

      expect(failureOf({ file }).message).not.toContain('hunter2');
    });

    // Expected: not the whole of a key that is a URL, as it becomes where a dash or `url` is missing.
    it('in a URL in place of a key', () => {
      const file = 'remote_write:\n  - http://u:hunter2@h:\n';

      expect(failureOf({ file }).message).not.toContain('hunter2');
    });
  });
});

describe('findUnknownVariables', () => {
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
  `('of $name is $unknown', ({ name, unknown }: { name: string; unknown: boolean }) => {
    expect(findUnknownVariables({ [name]: 'x' })).toEqual(unknown ? [name] : []);
  });
});

function load({ flags = {}, environment = {}, file }: Given): Config {
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
  throw new Error('expected the configuration to be refused');
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify(text)).join('|');
}
