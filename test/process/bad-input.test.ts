import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { messagesOf, runCli } from '../support/cli/run-cli.ts';
import { demoCluster } from '../support/cluster-generator/demo-cluster/demo-cluster.ts';

const [manifest, second] = demoCluster().manifests();
const good = JSON.stringify(manifest);

/** Each row: content of a file, message about it, and counted reason. */
const cases: readonly {
  readonly what: string;
  readonly name: string;
  readonly content: string | Buffer;
  readonly reason: string;
  readonly message: RegExp;
}[] = [
  {
    what: 'truncated JSON',
    name: 'truncated.json',
    content: good.slice(0, 5000),
    reason: 'truncated',
    message: /truncated\.json:1: ends in the middle of a document/,
  },
  {
    what: 'a list that ends too early',
    name: 'list.json',
    content: `{"kind":"List",\n"items":[${JSON.stringify(second)},\n${good.slice(0, 900)}`,
    reason: 'truncated',
    message: /list\.json:3: ends in the middle of a list/,
  },
  {
    what: 'gzip that ends too early',
    name: 'short.json.gz',
    content: gzipSync(good).subarray(0, 3000),
    reason: 'truncated',
    message: /short\.json\.gz: the gzip data ends too early/,
  },
  {
    what: 'damaged gzip',
    name: 'damaged.json.gz',
    content: Buffer.concat([gzipSync(good).subarray(0, 20), Buffer.alloc(200, 0x55)]),
    reason: 'unreadable',
    message: /damaged\.json\.gz: the gzip data is damaged/,
  },
  {
    what: 'JSON with a mistake',
    name: 'mistake.json',
    content: '{"kind": "VulnerabilityManifest",\n "spec": {,}}',
    reason: 'invalid_json',
    message: /mistake\.json:1: .*JSON/,
  },
  {
    what: 'text in a .json file',
    name: 'text.json',
    content: 'not json at all',
    reason: 'invalid_json',
    message: /text\.json:1: expected a JSON object or list, found "not json at all"/,
  },
  {
    what: 'YAML whose aliases explode',
    name: 'bomb.yaml',
    content: yamlBomb(),
    reason: 'too_large',
    message: /bomb\.yaml:1: its YAML aliases expand/,
  },
  {
    what: 'YAML with a mistake',
    name: 'mistake.yaml',
    content: 'kind: [VulnerabilityManifest\nspec: }',
    reason: 'invalid_yaml',
    message: /mistake\.yaml:1: .*line/,
  },
  {
    what: 'YAML nested too deep',
    name: 'deep.yaml',
    content: '['.repeat(50_000).replace('[', 'a: ['),
    reason: 'too_deep',
    message: /deep\.yaml:1: nested more than 100 levels deep/,
  },
  {
    what: 'YAML with a million keys, which must not take hours',
    name: 'keys.yaml',
    content: Array.from({ length: 200_000 }, (_, index) => `k${index}: 1\n`).join(''),
    reason: 'unknown_kind',
    message: /keys\.yaml:1: a document without a kind is not a scan result/,
  },
  {
    what: 'JSON nested too deep',
    name: 'deep.json',
    content: `{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`,
    reason: 'too_deep',
    message: /deep\.json:1: nested more than 100 levels deep/,
  },
  {
    what: 'a wrong type',
    name: 'type.json',
    content: good.replace('"matches":[', '"matches":"none","x":['),
    reason: 'invalid_shape',
    message:
      /type\.json:1: VulnerabilityManifest: spec\.payload\.matches: expected a list, found text/,
  },
  {
    what: 'a wrong type deep inside',
    name: 'match.json',
    content: good.replace('"artifact":{"', '"artifact":5,"x":{"'),
    reason: 'invalid_shape',
    message: /match\.json:1: VulnerabilityManifest: spec\.payload\.matches\[0\]\.artifact/,
  },
  {
    what: 'an unknown kind',
    name: 'kind.json',
    content: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}',
    reason: 'unknown_kind',
    message: /kind\.json:1: Pod of v1 is not a scan result/,
  },
  {
    what: 'a binary file',
    name: 'binary.json',
    content: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]),
    reason: 'binary',
    message: /binary\.json: a binary file/,
  },
  {
    what: 'an empty file',
    name: 'empty.json',
    content: '',
    reason: 'empty',
    message: /empty\.json: the file is empty/,
  },
  {
    what: 'metadata only',
    name: 'metadata.json',
    content:
      '{"kind":"VulnerabilityManifest","metadata":{"name":"x"},"spec":{"metadata":{"tool":{"name":"","version":""}},"payload":{"matches":null,"source":null}}}',
    reason: 'metadata_only',
    message:
      /metadata\.json:1: VulnerabilityManifest contains only metadata.*resourceVersion=fullSpec/,
  },
  {
    what: 'a summary without its spec',
    name: 'summary.json',
    content:
      '{"kind":"VulnerabilityManifestSummary","metadata":{"name":"x"},"spec":{"severities":{"critical":{"all":0}},"vulnerabilitiesRef":{"all":{"namespace":"","name":"","kind":""}}}}',
    reason: 'metadata_only',
    message: /summary\.json:1: VulnerabilityManifestSummary contains only metadata/,
  },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
  writeFileSync(join(folder, 'good.json'), good);
  for (const { name, content } of cases) writeFileSync(join(folder, name), content);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(cases)('$what', ({ name, reason, message }) => {
  it('beside a valid file is reported and counted, and the rest is read', async () => {
    const run = await runCli(['render', '--cluster', 'c', ...from('good.json', name)]);

    expect(run.exitCode).toBe(5);
    expect(messagesOf(run)).toMatch(message);
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(run.stdout).toContain(
      `kubescape_push_reports_skipped{cluster="c",reason="${reason}"} 1\n`,
    );
    expect(run.stdout).toMatch(/kubescape_total_vulnerabilities\{cluster="c"\} [1-9]/);
  });

  it('alone prints no metrics', async () => {
    // This list has a valid object before the broken one.
    if (name === 'list.json') return;
    const run = await runCli(['render', '--cluster', 'c', ...from(name)]);

    expect(run.exitCode).toBe(3);
    expect(run.stdout).toBe('');
    expect(messagesOf(run)).toMatch(message);
    expect(messagesOf(run)).toMatch(/could not read any scan results from .*/);
  });
});

describe('paths', () => {
  it('that do not exist are reported', async () => {
    const run = await runCli(['render', '--cluster', 'c', ...from('good.json', 'missing.json')]);

    expect(run.exitCode).toBe(5);
    expect(messagesOf(run)).toContain(`${join(folder, 'missing.json')}: does not exist`);
  });

  it('of empty folders are reported', async () => {
    mkdirSync(join(folder, 'void'));
    const run = await runCli(['render', '--cluster', 'c', ...from('void')]);

    expect(run.exitCode).toBe(3);
    expect(messagesOf(run)).toContain(`${join(folder, 'void')}: the folder contains no .json`);
  });

  it('of folders that link to themselves are read once', async () => {
    mkdirSync(join(folder, 'circle'));
    writeFileSync(join(folder, 'circle', 'a.json'), good);
    for (const name of ['again', 'once-more']) symlinkSync('.', join(folder, 'circle', name));
    const run = await runCli(['render', '--cluster', 'c', ...from('circle')]);

    expect(run.exitCode).toBe(0);
    expect(messagesOf(run)).toBe('');
    expect(run.stdout).toContain('kubescape_push_reports_read{cluster="c"} 1\n');
  });
});

it('skips a document of 200 MB and reads the next one', async () => {
  const path = join(folder, 'huge.json.gz');
  const huge = Buffer.concat([
    Buffer.from('{"kind":"List","items":[{"kind":"VulnerabilityManifest","spec":"'),
    Buffer.alloc(200_000_000, 0x78),
    Buffer.from(`"},\n${good}]}`),
  ]);
  writeFileSync(path, gzipSync(huge, { level: 1 }));

  const run = await runCli(['render', '--cluster', 'c', '--from', path]);

  expect(run.exitCode).toBe(5);
  expect(messagesOf(run)).toMatch(/huge\.json\.gz:1: larger than 64 MiB/);
  expect(run.stdout).toMatch(/kubescape_total_vulnerabilities\{cluster="c"\} [1-9]/);
});

it('logs many similar problems of a file in a few lines', async () => {
  const path = join(folder, 'pods.ndjson');
  writeFileSync(path, '{"kind":"Pod","apiVersion":"v1"}\n'.repeat(5000) + good);

  const run = await runCli(['render', '--cluster', 'c', '--from', path]);

  expect(run.exitCode).toBe(5);
  expect(run.log.length).toBeLessThan(10);
  expect(messagesOf(run)).toContain('pods.ndjson: 4997 more like this (unknown_kind)');
  expect(run.stdout).toContain('reports_skipped{cluster="c",reason="unknown_kind"} 5000\n');
});

it('does not report a cluster without findings if all manifests are missing', async () => {
  const path = join(folder, 'summaries.ndjson');
  const lines = Array.from(demoCluster().summaries(), (one) => JSON.stringify(one));
  writeFileSync(path, lines.join('\n'));

  const run = await runCli(['render', '--from', path]);

  expect(run.exitCode).toBe(3);
  expect(run.stdout).toBe('');
  expect(messagesOf(run)).toMatch(/but no VulnerabilityManifests with their findings/);
});

function from(...names: readonly string[]): string[] {
  return names.flatMap((name) => ['--from', join(folder, name)]);
}

function yamlBomb(): string {
  const levels = Array.from('bcdefghij', (name, index) => {
    const before = 'abcdefghi'.charAt(index);
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]\n`;
  });
  return `a: &a [x,x,x,x,x,x,x,x,x]\n${levels.join('')}`;
}
