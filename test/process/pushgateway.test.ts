import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type CliRun, messagesOf, runCli } from '../support/cli/run-cli.ts';
import type { Pushgateway } from '../support/real-servers/pushgateway.ts';
import { realPromtool, realServer } from '../support/real-servers/real-servers.ts';
import { type FakePushgateway, startFakePushgateway } from '../support/sinks/fake-pushgateway.ts';

const pushgateway = await realServer('pushgateway');
const promtool = await realPromtool();

const remove = ['pushgateway', 'delete'];
const examples = ['push', '--from', 'examples/scan-results'];

describe('pushgateway delete', () => {
  it.each(['pushgateway --help', 'pushgateway delete --help'])('supports %s', async (args) => {
    const run = await runCli(args.split(' '));

    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toContain('Usage: kubescape-push pushgateway');
    expect(run.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('accepts the options of the grouping key, but not those of a push', async () => {
    const { stdout } = await runCli([...remove, '--help']);

    for (const flag of ['url', 'job', 'grouping'])
      expect(stdout).toContain(`--pushgateway-${flag} `);
    expect(stdout).toMatch(/--cluster .*--shards .*--shard /s);
    expect(stdout).not.toMatch(/--from|--remote-write|max-series|compression|--metrics/);
  });

  it.each`
    what                                   | args                                                                                          | message
    ${'no command'}                        | ${'pushgateway'}                                                                              | ${/Usage: kubescape-push pushgateway/}
    ${'an unknown command'}                | ${'pushgateway wipe'}                                                                         | ${/unknown command 'wipe'/}
    ${'no Pushgateway'}                    | ${'pushgateway delete --cluster c'}                                                           | ${/no Pushgateway URL; set --pushgateway-url/}
    ${'no cluster'}                        | ${'pushgateway delete --pushgateway-url http://127.0.0.1:1'}                                  | ${/no cluster name; set --cluster/}
    ${'an unknown shard'}                  | ${'pushgateway delete --cluster c --shards 2 --shard 2 --pushgateway-url http://127.0.0.1:1'} | ${/shard 2 does not exist/}
    ${'a grouping label that series have'} | ${'push --from x --pushgateway-url http://127.0.0.1:1 --pushgateway-grouping namespace=x'}    | ${/pushgateway\.grouping: namespace would overwrite the label/}
  `('exits with 2 after $what', async ({ args, message }: { args: string; message: RegExp }) => {
    const run = await runCli(args.split(' '));

    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(message);
  });

  it('exits with 4 if the Pushgateway does not respond, and shows no password', async () => {
    const url = 'http://someone:hunter2@127.0.0.1:1';
    const run = await runCli([
      ...remove,
      '--cluster',
      'c',
      '--pushgateway-url',
      url,
      '--retry-budget',
      '0s',
    ]);

    expect(run.exitCode).toBe(4);
    expect(run.stdout).toMatch(
      /^FAIL {2}group job="kubescape" cluster="c":\s+no answer from .*\(ECONNREFUSED\)\n$/s,
    );
    expect(run.stdout + run.stderr).not.toContain('hunter2');
  });
});

describe('with a fake Pushgateway', () => {
  let server: FakePushgateway;
  afterEach(async () => server.stop());

  it.each`
    flags                                                         | method    | encoding
    ${''}                                                         | ${'PUT'}  | ${undefined}
    ${'--pushgateway-method put --pushgateway-compression gzip'}  | ${'PUT'}  | ${'gzip'}
    ${'--pushgateway-method post --pushgateway-compression gzip'} | ${'POST'} | ${'gzip'}
  `(
    'push $flags sends one $method',
    async ({ flags, method, encoding }: Record<string, string>) => {
      server = await startFakePushgateway();

      const url = ['--pushgateway-url', `http://${server.host}`];
      const run = await runCli([...examples, ...url, ...(flags ?? '').split(' ').filter(Boolean)]);

      expect(run.exitCode).toBe(0);
      expect(server.received.map((one) => one.method)).toEqual([method]);
      expect(server.received[0]?.headers['content-encoding']).toBe(encoding);
    },
  );

  it('pushgateway delete exits with 5 if some groups cannot be deleted', async () => {
    server = await startFakePushgateway([200, ''], [202], [403], [202]);

    const run = await runCli([
      ...remove,
      '--cluster',
      'c',
      '--shards',
      '3',
      '--pushgateway-url',
      `http://${server.host}`,
    ]);

    expect(run.exitCode).toBe(5);
    expect(run.stdout.match(/^(?:WARN|FAIL)/gm)).toEqual(['WARN', 'FAIL', 'WARN']);
    expect(run.stdout.replaceAll(/\s+/g, ' ')).toContain(
      '403 Forbidden (check whether the credentials allow pushing and deleting)',
    );
  });
});

describe.skipIf(pushgateway.missing)(`at a real ${pushgateway.label}`, () => {
  let server: Pushgateway;
  beforeAll(async () => {
    server = await pushgateway.start();
  });
  afterAll(async () => server.stop());

  it('deletes a group, but not in a dry run', async () => {
    const group = [
      '--cluster',
      'a/b',
      '--pushgateway-grouping',
      'team=',
      '--pushgateway-job',
      'scan',
    ];
    await at([...examples, ...group]);
    expect(await clusters()).toEqual(['a/b']);

    const dry = await at([...remove, ...group, '--dry-run']);
    expect(dry).toMatchObject({ exitCode: 0, stderr: '' });
    expect(dry.stdout).toMatch(
      /^ok {4}group job="scan" cluster="a\/b" team="":\s+would be deleted; last\s+pushed\s20/,
    );
    expect(await clusters()).toEqual(['a/b']);

    const real = await at([...remove, ...group]);
    expect(real).toMatchObject({ exitCode: 0, stderr: '' });
    expect(real.stdout).toMatch(/: deleted; last pushed 20|:\s+deleted; last pushed 20/);
    await expect.poll(clusters).toEqual([]);

    const again = await at([...remove, ...group]);
    expect(again.exitCode).toBe(0);
    expect(again.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'the group did not exist; nothing was deleted',
    );
  });

  it('deletes the groups of all shards, or only that of one', async () => {
    for (const shard of ['', '/shard/0', '/shard/1', '/shard/2', '/shard/3']) {
      const body = 'sharded 1\n';
      await fetch(`${server.url}/metrics/job/kubescape/cluster/s${shard}`, { method: 'PUT', body });
    }

    await at([...remove, '--cluster', 's', '--shard', '3']);
    await expect.poll(async () => shardsOf('s')).toEqual(['0', '1', '2', undefined]);

    await at([...remove, '--cluster', 's', '--shards', '3']);
    await expect.poll(async () => shardsOf('s')).toEqual([undefined]);

    await at([...remove, '--cluster', 's']);
    await expect.poll(async () => shardsOf('s')).toEqual([]);
  });

  it('P8: warns about many series and rejects too many', async () => {
    const cluster = ['--cluster', 'p8'];
    const many = await at([...examples, ...cluster, '--pushgateway-warn-series', '10']);
    expect(many.exitCode).toBe(0);
    expect(messagesOf(many)).toMatch(/series exceed pushgateway\.warn_series/);

    const before = await server.metrics();
    const tooMany = await at([...examples, ...cluster, '--pushgateway-max-series', '10']);
    expect(tooMany.exitCode).toBe(4);
    expect(messagesOf(tooMany)).toMatch(/\d+ series exceed pushgateway\.max_series \(10\)/);
    expect(linesOf(await server.metrics(), 'p8')).toEqual(linesOf(before, 'p8'));
  });

  it.each`
    promise | what                            | name                   | grouping   | message
    ${'P7'} | ${'a metric name that it uses'} | ${'push_time_seconds'} | ${'x=y'}   | ${/metrics\.custom\[0\]\.name: "push_time_seconds" must not be a name that the Pushgateway uses/}
    ${'P3'} | ${'a metric label in the key'}  | ${'findings'}          | ${'rce=y'} | ${/pushgateway\.grouping: rce would overwrite the label/}
  `('$promise: rejects $what before reading', async (row: RefusalCase) => {
    const folder = await mkdtemp(join(tmpdir(), 'pushgateway-'));
    const file = join(folder, 'config.yaml');
    await writeFile(
      file,
      `metrics: { custom: [{ name: ${row.name}, help: x, labels: [cluster, rce] }] }\n`,
    );

    const config = ['--config', file, '--pushgateway-grouping', row.grouping];
    const run = await at([...examples, ...config]);
    await rm(folder, { recursive: true });

    expect(run.exitCode).toBe(2);
    expect(messagesOf(run)).toMatch(row.message);
  });

  it('runs the commands of docs/pushgateway.md as documented', async () => {
    const commands = (await blocksOf('sh')).flatMap((block) =>
      block.split('\n').filter((line) => line.startsWith('npx kubescape-push ')),
    );
    expect(commands).toHaveLength(6);

    for (const command of commands) {
      const args = command.replaceAll('http://localhost:9091', server.url).split(' ').slice(2);
      const { exitCode } = await runCli(args);
      expect({ command, exitCode }).toEqual({ command, exitCode: 0 });
    }
    expect(await clusters()).toContain('prod-eu-2');
    expect(await clusters()).not.toContain('prod-eu-1');
  });

  async function at(args: readonly string[]): Promise<CliRun> {
    return runCli([...args, '--pushgateway-url', server.url]);
  }

  async function clusters(): Promise<string[]> {
    const times = (await server.series()).filter(
      ({ labels }) => labels['__name__'] === 'push_time_seconds',
    );
    return times.map(({ labels }) => labels['cluster'] ?? '').toSorted();
  }

  async function shardsOf(cluster: string): Promise<(string | undefined)[]> {
    const sharded = (await server.series()).filter(
      ({ labels }) => labels['__name__'] === 'sharded',
    );
    const own = sharded.filter(({ labels }) => labels['cluster'] === cluster);
    return own
      .map(({ labels }) => labels['shard'])
      .toSorted((a = '', b = '') => a.localeCompare(b));
  }
});

describe.skipIf(promtool.missing)(`docs/pushgateway.md, judged by ${promtool.label}`, () => {
  it('contains a scrape configuration and rules that are valid', async () => {
    const blocks = await blocksOf('yaml');
    const scrape = blocks.find((block) => block.startsWith('scrape_configs:')) ?? '';
    const rules = blocks.find((block) => block.startsWith('groups:')) ?? '';

    expect(await check('config', scrape)).toBe(0);
    expect(await check('config', scrape.replace('honor_labels', 'honour_labels'))).toBe(1);
    expect(await check('rules', rules)).toBe(0);
    expect(await check('rules', rules.replace('time()', 'time('))).not.toBe(0);
  });
});

interface RefusalCase {
  readonly name: string;
  readonly grouping: string;
  readonly message: RegExp;
}

async function check(what: 'config' | 'rules', text: string): Promise<number | null> {
  const folder = await mkdtemp(join(tmpdir(), 'pushgateway-'));
  const file = join(folder, 'file.yml');
  await writeFile(file, text);
  const { exitCode } = await promtool.run(['check', what, file]);
  await rm(folder, { recursive: true });
  return exitCode;
}

async function blocksOf(language: string): Promise<string[]> {
  const page = await readFile('docs/pushgateway.md', 'utf8');
  const blocks = page.matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return [...blocks].flatMap(([, name, text = '']) => (name === language ? [text] : []));
}

function linesOf(metrics: string, cluster: string): string[] {
  return metrics
    .split('\n')
    .filter(
      (line) => line.includes(`cluster="${cluster}"`) && !line.startsWith('push_failure_time'),
    );
}
