import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { messagesOf, runCli } from '../support/cli/run-cli.ts';

/** Clears a terminal, in both spellings, and forges a line of the log. */
const attack = '\u001b[2J\u009b2J\r\n{"level":"info","msg":"forged"}\u202e';
const huge = 'K'.repeat(30_000_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-text-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['json', 'pretty'])('log format %s', (format) => {
  it.each`
    where                       | document
    ${'a kind'}                 | ${{ kind: attack }}
    ${'a huge kind'}            | ${{ kind: huge }}
    ${'a huge API version'}     | ${{ kind: 'Pod', apiVersion: huge }}
    ${'a huge list'}            | ${{ kind: `${huge}List`, items: [] }}
    ${'a key'}                  | ${{ kind: 'WorkloadConfigurationScan', metadata: {}, spec: { controls: { [attack]: 5 } } }}
    ${'a huge key'}             | ${{ kind: 'WorkloadConfigurationScan', metadata: {}, spec: { controls: { [huge]: 5 } } }}
    ${'an unscanned container'} | ${summaryOf(attack)}
    ${'a huge container'}       | ${summaryOf(huge)}
  `('stays short and printable with $where', async ({ document }: { document: object }) => {
    const path = join(folder, 'document.json');
    writeFileSync(path, JSON.stringify([document, scanOf('nginx:1')]));

    const run = await runCli(['show', '--cluster', 'c', '--from', path], logAs(format));

    expect(run.stdout).toContain('nginx:1');
    expectHarmless(run);
  });

  it('stays printable with the name of a file', async () => {
    const place = join(folder, `names-${format}`);
    mkdirSync(place);
    writeFileSync(join(place, `${attack.replaceAll('/', '')}.json`), '{');
    writeFileSync(join(place, 'good.json'), JSON.stringify(scanOf('nginx:1')));

    const run = await runCli(['show', '--cluster', 'c', '--from', place], logAs(format));

    expect(run.exitCode).toBe(5);
    expectHarmless(run);
  });
});

it('show prints names without control characters', async () => {
  const path = join(folder, 'names.json');
  writeFileSync(path, JSON.stringify(scanOf(attack)));

  const run = await runCli(['show', '--cluster', `c${attack}`, '--from', path]);

  expect(run.exitCode).toBe(0);
  expectHarmless(run);
});

it.each`
  what           | content                         | ending
  ${'text'}      | ${'TOKEN=hunter2'}              | ${'json'}
  ${'JSON'}      | ${'{"token": hunter2}'}         | ${'json'}
  ${'a string'}  | ${'["token", "hunter2"}'}       | ${'json'}
  ${'an object'} | ${'{"kind": "hunter2 secret"}'} | ${'json'}
  ${'an alias'}  | ${'token: *hunter2'}            | ${'yaml'}
  ${'a tag'}     | ${'token: !hunter2 a'}          | ${'yaml'}
  ${'YAML'}      | ${'a: b: hunter2: {'}           | ${'yaml'}
`('never quotes a link to $what in a folder', async ({ content, ending }) => {
  const place = mkdtempSync(join(folder, 'links-'));
  writeFileSync(join(folder, 'target'), String(content));
  symlinkSync('../target', join(place, `link.${ending}`));

  const run = await runCli(['render', '--cluster', 'c', '--from', place]);

  expect(run.exitCode).toBe(3);
  expect(messagesOf(run)).toContain(`link.${ending}`);
  expect(run.stderr).not.toContain('hunter2');
});

function expectHarmless({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) {
  expect(stderr.length).toBeLessThan(10_000);
  expect(`${stdout}${stderr}`).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
  expect(`${stdout}${stderr}`).not.toMatch(/^\{"level":"info","msg":"forged"/m);
}

function logAs(format: string) {
  return { env: { KUBESCAPE_PUSH_LOG_FORMAT: format } };
}

function scanOf(userInput: string): object {
  const match = { vulnerability: { id: 'CVE-1', severity: 'High' }, artifact: { name: 'a' } };
  return { matches: [match], source: { type: 'image', target: { userInput } } };
}

function summaryOf(name: string): object {
  const annotations = { 'kubescape.io/status': 'failed' };
  const spec = { vulnerabilitiesRef: { all: { name: '' } } };
  return { kind: 'VulnerabilityManifestSummary', metadata: { name, annotations }, spec };
}
