import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import protobuf from 'protobufjs/minimal.js';
import snappy from 'snappyjs';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { runCommand } from '../../scripts/servers/run-command.ts';
import { availabilityOf, realPromtool, realServer } from '../support/real-servers/real-servers.ts';
import type { RunningServer } from '../support/real-servers/start-server.ts';

const prometheus = await realServer('prometheus');
const victoriaMetrics = await realServer('victoria-metrics');
const pushgateway = await realServer('pushgateway');
const promtool = await realPromtool();

const IN_USE = { process: true, dataFolder: true };
const GONE = { process: false, dataFolder: false };

const started: RunningServer[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(started.splice(0).map(async (server) => server.stop()));
});

for (const receiver of [prometheus, victoriaMetrics]) {
  describe.skipIf(receiver.missing)(`a real ${receiver.label}`, () => {
    it('stores and returns what is written', async () => {
      const server = remember(await receiver.start());

      const status = await write(server.remoteWriteUrl, 42);

      expect(status).toBe(204);
      expect(await server.query('answer')).toEqual([
        { labels: { __name__: 'answer', cluster: 'demo' }, value: 42 },
      ]);
      expect(await server.query('nothing')).toEqual([]);
    });

    it('answers queries for a given time', async () => {
      const server = remember(await receiver.start());

      expect(await server.query('time() + 0.5', 1_700_000_000_250)).toMatchObject([
        { value: 1_700_000_000.75 },
      ]);
      await expect(server.query('sum(')).rejects.toThrow('query sum( failed: ');
    });

    it('leaves nothing behind', async () => {
      const server = await receiver.start();

      expect(await stopAndLookFor(server)).toEqual({ before: IN_USE, after: GONE });
    });
  });
}

describe.skipIf(pushgateway.missing)(`a real ${pushgateway.label}`, () => {
  it('returns what is pushed, as text and as series', async () => {
    const server = remember(await pushgateway.start());

    const { status } = await fetch(`${server.url}/metrics/job/scan/cluster/demo`, {
      method: 'PUT',
      body: '# TYPE answer gauge\nanswer{image="a\\"b"} 42\nlimit +Inf\n',
    });

    const group = { cluster: 'demo', instance: '', job: 'scan' };
    expect(status).toBe(200);
    expect(await server.metrics()).toContain(
      'answer{cluster="demo",image="a\\"b",instance="",job="scan"} 42\n',
    );
    expect(await server.series()).toEqual(
      expect.arrayContaining([
        { labels: { ...group, __name__: 'answer', image: 'a"b' }, value: 42 },
        { labels: { ...group, __name__: 'limit' }, value: Infinity },
      ]),
    );
  });

  it('leaves nothing behind', async () => {
    const server = await pushgateway.start();

    expect(await stopAndLookFor(server)).toEqual({ before: IN_USE, after: GONE });
  });
});

describe.skipIf(promtool.missing)(`a real ${promtool.label}`, () => {
  it('checks its standard input', async () => {
    const good = await promtool.run(['check', 'metrics'], '# HELP a A.\n# TYPE a gauge\na 42\n');
    const bad = await promtool.run(['check', 'metrics'], 'a forty-two\n');

    expect(good).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(bad.exitCode).toBe(1);
    expect(bad.stderr).toContain('expected float as value');
  });
});

describe.skipIf(prometheus.missing)(`a process that started ${prometheus.label}`, () => {
  it.skipIf(process.platform !== 'linux').each`
    end            | statement                                 | traces
    ${'exits'}     | ${'process.exit(0)'}                      | ${'nothing'}
    ${'is killed'} | ${"process.kill(process.pid, 'SIGKILL')"} | ${'its data folder'}
  `('leaves $traces when it $end', async ({ statement, traces }: Record<string, string>) => {
    const temporary = await mkdtemp(join(tmpdir(), 'real-servers-'));
    vi.stubEnv('TMPDIR', temporary);
    const script = `
      import { startPrometheus } from './test/support/real-servers/prometheus.ts';
      const { pid } = await startPrometheus();
      process.stdout.write(String(pid), () => ${statement});`;

    const { stdout, stderr } = await runCommand(
      process.execPath,
      ['--import=tsx', '--input-type=module', '--eval', script],
      { cwd: join(import.meta.dirname, '../..') },
    );

    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\d+$/);
    // An orphan's end takes until the init process has reaped it.
    await expect.poll(() => isAlive(Number(stdout)), { timeout: 20_000 }).toBe(false);
    const leftOver = await readdir(temporary);
    expect(leftOver.filter((name) => name.startsWith('kubescape-push-'))).toHaveLength(
      traces === 'nothing' ? 0 : 1,
    );
    await rm(temporary, { recursive: true });
  });

  it('reports a server that does not start, with its output', async () => {
    await expect(prometheus.start({ flags: ['--no-such-flag'] })).rejects.toThrow(
      /prometheus ended before it was ready; it said: .*unknown long flag/s,
    );
  });
});

describe('an unavailable server', () => {
  it('is a reason to skip', async () => {
    vi.stubEnv('CI', '');
    vi.stubEnv('KUBESCAPE_PUSH_TEST_VMAGENT', '/nowhere/vmagent');

    const { missing, label } = await availabilityOf('vmagent');

    expect(missing).toBe(
      'KUBESCAPE_PUSH_TEST_VMAGENT: /nowhere/vmagent is not an executable file; ' +
        'correct or unset the variable',
    );
    expect(label).toBe(`vmagent (skipped: ${missing})`);
  });

  it('is a failure under CI', async () => {
    vi.stubEnv('CI', 'true');
    vi.stubEnv('KUBESCAPE_PUSH_TEST_VMAGENT', '/nowhere/vmagent');

    await expect(availabilityOf('vmagent')).rejects.toThrow('/nowhere/vmagent');
  });
});

function remember<Server extends RunningServer>(server: Server): Server {
  started.push(server);
  return server;
}

async function stopAndLookFor(server: RunningServer): Promise<Record<string, unknown>> {
  const before = tracesOf(server);
  await server.stop();
  // A second stop, by a hook that always runs, does no harm.
  await server.stop();
  return { before, after: tracesOf(server) };
}

function tracesOf({ pid, dataFolder }: RunningServer): typeof IN_USE {
  return { process: isAlive(pid), dataFolder: existsSync(dataFolder) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** One sample `answer{cluster="demo"}` of the present, written by hand with remote write 1.0. */
async function write(url: string, value: number): Promise<number> {
  const writer = protobuf.Writer.create();
  writer.uint32(0x0a).fork();
  for (const [name, label] of [
    ['__name__', 'answer'],
    ['cluster', 'demo'],
  ] as const) {
    writer.uint32(0x0a).fork().uint32(0x0a).string(name).uint32(0x12).string(label).ldelim();
  }
  writer.uint32(0x12).fork().uint32(0x09).double(value).uint32(0x10).int64(Date.now()).ldelim();
  const { status } = await fetch(url, {
    method: 'POST',
    headers: {
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: snappy.compress(writer.ldelim().finish()),
  });
  return status;
}
