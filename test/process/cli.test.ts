import { createServer } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import packageJson from '../../package.json' with { type: 'json' };
import { messagesOf, runCli } from '../support/cli/run-cli.ts';
import { type FakeReceiver, startFakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { closeServer, listen } from '../support/network/listen.ts';

const examples = ['--from', 'examples/scan-results'];

/** Series about the example cluster, without self-metrics. */
const RESULTS = 357;

describe('the program', () => {
  it('prints its version', async () => {
    const run = await runCli(['--version']);

    expect(run).toMatchObject({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it.each(['--help', 'push --help', 'render --help', 'show --help'])(
    'supports %s',
    async (args) => {
      const run = await runCli(args.split(' '));

      expect(run.exitCode).toBe(0);
      expect(run.stdout).toContain('Usage: kubescape-push');
      expect(run.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );

  it.each`
    what                       | args                                                   | message
    ${'no command'}            | ${''}                                                  | ${/Usage: kubescape-push/}
    ${'an unknown command'}    | ${'pull'}                                              | ${/unknown command 'pull'/}
    ${'an unknown option'}     | ${'push --form x'}                                     | ${/unknown option '--form'.*--from/s}
    ${'a bad URL'}             | ${'push --from x --remote-write-url ftp://u:secret@h'} | ${/--remote-write-url: \\"ftp:\/\/\*\*\*@h\\" must start with http:\/\/ or https:\/\//}
    ${'a bad duration'}        | ${'push --from x --retry-budget soon'}                 | ${/--retry-budget: \\"soon\\" must be a duration such as 30s/}
    ${'an unknown group'}      | ${'render --from x --metrics-groups cves'}             | ${/--metrics-groups: .*vulnerabilities/}
    ${'a missing config file'} | ${'push --config /nowhere.yaml'}                       | ${/cannot read configuration file \/nowhere\.yaml/}
    ${"an agent's deadline"}   | ${'agent --from x --deadline 5s'}                      | ${/unknown option '--deadline'/}
    ${"a check's deadline"}    | ${'check --from x --deadline 5s'}                      | ${/unknown option '--deadline'/}
    ${'a bad grouping label'}  | ${'push --from x --pushgateway-grouping job=x'}        | ${/--pushgateway-grouping: job cannot be set/}
  `('exits with 2 after $what', async ({ args, message }: { args: string; message: RegExp }) => {
    const run = await runCli(args.split(' ').filter((arg) => arg !== ''));

    expect(run.exitCode).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toContain('secret');
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });

  it.each(['push', 'check'])('respects the log level in %s', async (command) => {
    const to = ['--pushgateway-url', 'http://127.0.0.1:9', '--pushgateway-grouping', 'workload=x'];
    const args = [command, '--from', 'examples/scan-results', ...to];
    const said = await runCli(args);
    const silent = await runCli([...args, '--log-level', 'silent']);

    expect([said.exitCode, silent.exitCode]).toEqual([2, 2]);
    expect(messagesOf(said)).toContain('workload would overwrite the label of the same name');
    expect(silent.stderr).toBe('');
  });

  it('uses no configuration file if the variable is empty', async () => {
    const env = { KUBESCAPE_PUSH_CONFIG: '' };

    expect((await runCli(['render', '--from', 'examples/scan-results'], { env })).exitCode).toBe(0);
  });

  it('requires a cluster name if the results contain none', async () => {
    const input = '{"matches":[],"source":{"type":"image","target":{"userInput":"nginx:1.25"}}}';
    const run = await runCli(['render', '--from', '-'], { input });

    expect(run.exitCode).toBe(2);
    expect(messagesOf(run)).toMatch(/do not contain a cluster name; set --cluster/);
  });

  it('reads standard input', async () => {
    const input = '{"matches":[],"source":{"type":"image","target":{"userInput":"nginx:1.25"}}}';
    const run = await runCli(['render', '--from', '-', '--cluster', 'c'], { input });

    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain(
      'kubescape_critical_vulnerabilities{cluster="c",image="library/nginx",registry="docker.io",tag="1.25"} 0\n',
    );
  });

  it('reads options from variables and warns about unknown ones', async () => {
    const run = await runCli(['render'], {
      env: {
        KUBESCAPE_PUSH_FROM: 'examples/scan-results',
        KUBESCAPE_PUSH_CLUSTER: 'from-env',
        KUBESCAPE_PUSH_METRICS_PREFIX: 'env_',
        KUBESCAPE_PUSH_CLUSTR: 'typo',
        KUBESCAPE_PUSH_SERVICE_HOST: '10.0.0.1',
      },
    });

    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('\nenv_total_vulnerabilities{cluster="from-env"} 538\n');
    expect(messagesOf(run)).toContain('ignored unknown environment variable KUBESCAPE_PUSH_CLUSTR');
    expect(messagesOf(run)).not.toContain('SERVICE_HOST');
  });
});

describe('output', () => {
  it('consists of exposition text on stdout and JSON lines on stderr', async () => {
    const run = await runCli(['push', ...examples]);

    expect(run.exitCode).toBe(0);
    const lines = run.stdout.trimEnd().split('\n');
    expect(lines.filter((line) => !/^(# (HELP|TYPE) )?kubescape_/.test(line))).toEqual([]);
    expect(
      run.stderr
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('{')),
    ).toEqual([]);
    expect(run.log.at(-1)).toMatchObject({ level: 'info', msg: 'pushed', cluster: 'demo-eu-1' });
  });

  it('of show fits into 80 columns', async () => {
    const run = await runCli(['show', ...examples]);

    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('Cluster demo-eu-1: 538 findings in 28 containers of 15 images');
    expect(run.stdout.split('\n').filter((line) => Array.from(line).length > 80)).toEqual([]);
    // oxlint-disable-next-line no-control-regex -- no escape sequence may reach a pipe
    expect(run.stdout).not.toMatch(/\x1b/);
  });

  it('of push includes the table on stderr with --table', async () => {
    const run = await runCli(['push', '--table', ...examples]);

    expect(run.stdout).not.toContain('IMAGE');
    expect(run.stderr).toMatch(/^IMAGE {2,}RUNS/m);
  });
});

describe('delivery', () => {
  let receiver: FakeReceiver;
  beforeEach(async () => {
    receiver = await startFakeReceiver();
  });
  afterEach(async () => receiver.close());

  it('to a receiver exits with 0 and prints nothing', async () => {
    const run = await runCli(['push', ...examples, '--remote-write-url', receiver.url]);

    expect(run).toMatchObject({ exitCode: 0, stdout: '' });
    expect(receiver.violations).toEqual([]);
    expect(resultsIn(receiver)).toBe(RESULTS);
    expect(new Set(receiver.samples.map(({ timestampMs }) => timestampMs)).size).toBe(1);
  });

  it('that no receiver accepts exits with 4', async () => {
    const dead = await closedPort();
    const run = await runCli([
      ...['push', ...examples, '--retry-budget', '500ms'],
      ...['--remote-write-url', `http://someone:hunter2@127.0.0.1:${dead}/write?token=hunter3`],
    ]);

    expect(run.exitCode).toBe(4);
    expect(messagesOf(run)).toContain('ECONNREFUSED');
    expect(run.stderr).not.toMatch(/hunter[23]/);
  });

  it('to only one of two receivers exits with 5, and that one gets everything', async () => {
    const dead = await closedPort();
    const run = await runCli([
      ...['push', ...examples, '--retry-budget', '500ms', '--remote-write-url', receiver.url],
      ...['--remote-write-url', `http://127.0.0.1:${dead}/write`],
    ]);

    expect(run.exitCode).toBe(5);
    expect(resultsIn(receiver)).toBe(RESULTS);
  });

  it('stops in an orderly way when interrupted', async () => {
    const hanging = await startFakeReceiver({ answers: ['hang'] });
    const running = runCli(['push', ...examples, '--remote-write-url', hanging.url], {
      started: (pid) => setTimeout(() => process.kill(pid, 'SIGTERM'), 1500),
    });
    const run = await running;
    await hanging.close();

    expect(run).toMatchObject({ exitCode: 130, signal: null });
    expect(messagesOf(run)).toContain('interrupted');
  });
});

function resultsIn({ samples }: FakeReceiver): number {
  return samples.filter(({ name }) => !name.startsWith('kubescape_push_')).length;
}

/** A port without a listener. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await closeServer(server);
  return port;
}
