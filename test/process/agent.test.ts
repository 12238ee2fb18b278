import {
  cpSync,
  readFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AgentProcess } from '../support/agent-process.ts';
import {
  type FakeReceiver,
  type FakeReceiverOptions,
  startFakeReceiver,
} from '../support/fake-receiver/fake-receiver.ts';
import { faults } from '../support/fake-storage/faults.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import { MANIFESTS, SUMMARIES, useLab } from '../support/kubernetes-lab.ts';
import { listeningSockets } from '../support/listening-sockets.ts';
import { runCli } from '../support/run-cli.ts';
import { image, smallCluster } from '../support/small-cluster.ts';

/** Of all manifests of the example: they take longer to parse than an agent to start. */
const COPIES = 300;

const lab = useLab();

let folder: string;
let agents: AgentProcess[];
let receivers: FakeReceiver[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-'));
  cpSync('examples/scan-results', join(folder, 'results'), { recursive: true });
  agents = [];
  receivers = [];
});
afterEach(async () => {
  await Promise.all(agents.map(async (agent) => agent.kill()));
  await Promise.all(receivers.map(async (receiver) => receiver.close()));
  rmSync(folder, { recursive: true });
});

async function receive(options?: FakeReceiverOptions): Promise<FakeReceiver> {
  const receiver = await startFakeReceiver(options);
  receivers.push(receiver);
  return receiver;
}

function start(args: readonly string[]): AgentProcess {
  const agent = new AgentProcess(args);
  agents.push(agent);
  return agent;
}

function startOnFiles(args: readonly string[]): AgentProcess {
  return start(['--from', join(folder, 'results'), ...args]);
}

function startOnCluster(args: readonly string[]): AgentProcess {
  const kubeconfig = writeKubeconfig(lab.storage, { dir: lab.folder, user: { token: 'test' } });
  return start(['--kubeconfig', kubeconfig, '--cluster', 'lab', ...args]);
}

describe('the agent ends in order on SIGTERM', () => {
  it('while it is idle', async () => {
    const receiver = await receive();
    const agent = startOnFiles(['--remote-write-url', receiver.url]);
    await agent.until('cycle done');
    agent.send('SIGTERM');

    expect(await agent.end()).toMatchObject({ exitCode: 0, signal: null });
    expect(agent.logged('agent stopped')).toHaveLength(1);
    expect(receiver.violations).toEqual([]);
    expect(receiver.samples.filter(({ value }) => value === 'stale')).toEqual([]);
  });

  it('on SIGINT as well', async () => {
    const agent = startOnFiles([]);
    await agent.until('cycle done');
    agent.send('SIGINT');

    expect(await agent.end()).toMatchObject({ exitCode: 0, signal: null });
  });

  it.each([
    ['listing', { verb: 'list', resource: SUMMARIES } as const],
    ['reading', { verb: 'get', resource: MANIFESTS } as const],
  ])('while it is %s, at once, and sends nothing more', async (_, match) => {
    const receiver = await receive();
    await lab.serve(smallCluster);
    lab.storage.answerNext(match, ...Array.from({ length: 20 }, () => faults.hang));
    const agent = startOnCluster(['--remote-write-url', receiver.url, '--change-quiet', '0s']);
    await agent.waitFor(
      () =>
        lab.storage.requests.some(
          ({ verb, resource }) => verb === match.verb && resource === match.resource,
        ),
      'the request that hangs',
    );
    agent.send('SIGTERM');
    const { exitCode, tookMs } = await agent.end();

    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    expect(agent.logged('cycle stopped')).toHaveLength(1);
    expect(receiver.samples).toEqual([]);
  });

  it('while it is parsing, at once, and sends nothing', async () => {
    const receiver = await receive();
    const manifests = readFileSync(join(folder, 'results', 'vulnerabilitymanifests.json'), 'utf8');
    writeFileSync(join(folder, 'results', 'many.json'), manifests.repeat(COPIES));
    const agent = startOnFiles(['--remote-write-url', receiver.url, '--log-level', 'debug']);
    await agent.until('agent started');
    agent.send('SIGTERM');
    const { exitCode, tookMs } = await agent.end();

    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    expect(agent.logged('cycle stopped')).toHaveLength(1);
    expect(receiver.samples).toEqual([]);
  });

  it('while it is sending: what is on its way may arrive', async () => {
    const receiver = await receive({ answers: [{ status: 204, delayMs: 1500 }] });
    const agent = startOnFiles(['--remote-write-url', receiver.url]);
    await agent.waitFor(() => receiver.requests.length > 0, 'a request');
    agent.send('SIGTERM');

    expect((await agent.end()).exitCode).toBe(0);
    expect(agent.logged('cycle done')).toHaveLength(1);
    expect(receiver.samples.length).toBeGreaterThan(300);
  });

  it('while it is sending to nobody who answers: after its time', async () => {
    const receiver = await receive({ otherwise: 'hang' });
    const args = ['--remote-write-url', receiver.url, '--shutdown-timeout', '1s'];
    const agent = startOnFiles(args);
    await agent.waitFor(() => receiver.requests.length > 0, 'a request');
    agent.send('SIGTERM');
    const { exitCode, tookMs } = await agent.end();

    expect(exitCode).toBe(0);
    expect(tookMs).toBeGreaterThan(900);
    expect(tookMs).toBeLessThan(15_000);
    expect(agent.logged('cycle incomplete')).toHaveLength(1);
  });

  it('and at once on a second signal', async () => {
    const receiver = await receive({ otherwise: 'hang' });
    const agent = startOnFiles(['--remote-write-url', receiver.url]);
    await agent.waitFor(() => receiver.requests.length > 0, 'a request');
    agent.send('SIGTERM');
    await agent.until('stopping');
    agent.send('SIGTERM');
    const { exitCode, tookMs } = await agent.end();

    expect(exitCode).toBe(130);
    expect(tookMs).toBeLessThan(10_000);
  });
});

describe('the agent reads again', () => {
  it('when a file has changed and stayed as it is', async () => {
    const agent = startOnFiles(['--change-quiet', '500ms']);
    await agent.until('cycle done');
    const path = join(folder, 'results', 'vulnerabilitymanifestsummaries.json');
    utimesSync(path, new Date(0), new Date(0));
    await agent.until('cycle done', 2);

    expect(agent.logged('cycle done').map(({ trigger }) => trigger)).toEqual(['start', 'change']);
  });

  it('when results in the cluster have changed', async () => {
    await lab.serve(smallCluster);
    const agent = startOnCluster(['--change-quiet', '500ms']);
    await agent.until('cycle done');
    await agent.waitFor(() => lab.storage.watches.count() === 3, 'three watches');
    lab.storage.store.put(image('new'));
    await agent.until('cycle done', 2);

    expect(agent.logged('cycle done').map(({ trigger }) => trigger)).toEqual(['start', 'change']);
    agent.send('SIGTERM');
    expect((await agent.end()).exitCode).toBe(0);
  });

  it('with the new configuration on SIGHUP, and with the old one if that is no good', async () => {
    const config = join(folder, 'config.yaml');
    const write = (cluster: string, more = '') =>
      writeFileSync(
        config,
        `cluster: ${cluster}\nsource: {files: {paths: [${join(folder, 'results')}]}}\n${more}`,
      );
    write('one');
    const agent = start(['--config', config]);
    await agent.until('cycle done');
    write('two');
    agent.send('SIGHUP');
    await agent.until('cycle done', 2);
    write('three', 'agent: {schedule: "0 0 30 2 *"}\n');
    agent.send('SIGHUP');
    await agent.until('the new configuration cannot be used; the old one stays');

    expect(agent.logged('cycle done').map(({ cluster }) => cluster)).toEqual(['one', 'two']);
    expect(agent.stderr).toContain('never comes');
    agent.send('SIGTERM');
    expect((await agent.end()).exitCode).toBe(0);
  });
});

describe('a source that is down', () => {
  it('is told of by a push, under the name of the last one, with exit code 3', async () => {
    const receiver = await receive();
    const state = join(folder, 'state');
    mkdirSync(state);
    const args = ['push', '--from', join(folder, 'results'), '--state-dir', state];
    const to = ['--remote-write-url', receiver.url];
    expect((await runCli([...args, ...to])).exitCode).toBe(0);
    rmSync(join(folder, 'results'), { recursive: true });
    const before = receiver.samples.length;
    const run = await runCli([...args, ...to]);

    expect(run.exitCode).toBe(3);
    // What it says then is for the sink to send: see SinkSession.abort.
    const names = receiver.samples.slice(before).map(({ name }) => name);
    expect(names.filter((name) => !name.startsWith('kubescape_push_'))).toEqual([]);
  });

  it('is told of, and asked again', async () => {
    const receiver = await receive();
    const missing = join(folder, 'missing');
    const args = ['--from', missing, '--cluster', 'c', '--remote-write-url', receiver.url];
    const agent = start([...args, '--change-quiet', '500ms']);
    await agent.until('cycle failed');
    cpSync(join(folder, 'results'), missing, { recursive: true });
    await agent.until('cycle done');

    expect(agent.logged('cycle failed')[0]).toMatchObject({ level: 'error', trigger: 'start' });
  });

  it('does not keep the agent from starting where it is a cluster', async () => {
    const agent = start(['--kubeconfig', join(folder, 'none'), '--cluster', 'c']);
    await agent.until('cycle failed');
    agent.send('SIGTERM');

    expect((await agent.end()).exitCode).toBe(0);
  });
});

describe('health', () => {
  it('judges a running agent by its heartbeat', async () => {
    const beat = join(folder, 'beat');
    const agent = startOnFiles(['--heartbeat-file', beat]);
    await agent.until('cycle done');
    await agent.waitFor(() => existsSync(beat), 'the heartbeat file');
    const option = ['--heartbeat-file', beat];

    const live = await runCli(['health', '--liveness', ...option]);
    expect(live).toMatchObject({ exitCode: 0, stderr: '' });
    expect(live.stdout).toMatch(/^alive: the loop turned \d+ s ago\n$/);

    agent.send('SIGTERM');
    await agent.end();
    const dead = await runCli(['health'], { env: { KUBESCAPE_PUSH_HEARTBEAT_FILE: beat } });
    expect(dead.exitCode).toBe(1);
    expect(dead.stdout).toMatch(/^not alive: the heartbeat file .* cannot be read/);
  });

  it('says of results whether they are fresh', async () => {
    const beat = join(folder, 'beat');
    const now = Date.now();
    writeFileSync(
      beat,
      JSON.stringify({
        pid: 1,
        turnMs: now,
        nextCycleMs: now,
        intervalMs: 60_000,
        lastReadMs: now - 600_000,
      }),
    );
    const options = ['--heartbeat-file', beat];

    expect((await runCli(['health', '--liveness', ...options])).exitCode).toBe(0);
    const ready = await runCli(['health', '--readiness', ...options]);
    expect(ready.exitCode).toBe(1);
    expect(ready.stdout).toMatch(/^not ready: scan results were last read 60\d s ago, .* 120 s\n$/);
  });

  it('asks for the file where none is named', async () => {
    expect(await runCli(['health'])).toMatchObject({
      exitCode: 1,
      stdout: 'there is no telling: set --heartbeat-file, as for the agent\n',
    });
  });
});

describe('the agent never listens', () => {
  it('while it sends, and while it is idle', async () => {
    const listening: string[] = [];
    await lab.serve(smallCluster);
    const receiver = await receive({ answers: [{ status: 204, delayMs: 1000 }] });
    const agent = startOnCluster(['--remote-write-url', receiver.url]);
    const timer = setInterval(() => listening.push(...listeningSockets(agent.pid)), 20);
    await agent.until('cycle done');
    await agent.waitFor(() => lab.storage.watches.count() === 3, 'three watches');
    listening.push(...listeningSockets(agent.pid));
    clearInterval(timer);

    expect(listening).toEqual([]);
  });

  it('which the test would see', async () => {
    await receive();

    expect(listeningSockets(process.pid)).not.toEqual([]);
  });
});

describe('a push with a deadline', () => {
  it('ends with 4 where nothing was delivered by then', async () => {
    const receiver = await receive({ otherwise: 'hang' });
    const run = await runCli([
      ...['push', '--from', join(folder, 'results'), '--deadline', '2s'],
      ...['--remote-write-url', receiver.url],
    ]);

    expect(run.exitCode).toBe(4);
    expect(run.log.map(({ msg }) => msg)).toContain('the deadline of 2s is over');
  });

  it('ends with 5 where one of two receivers had everything', async () => {
    const [good, bad] = [await receive(), await receive({ otherwise: 'hang' })];
    const run = await runCli([
      ...['push', '--from', join(folder, 'results'), '--deadline', '3s'],
      ...['--remote-write-url', good.url, '--remote-write-url', bad.url],
    ]);

    expect(run.exitCode).toBe(5);
  });

  it('ends with 4 where it is still reading', async () => {
    const receiver = await receive();
    await lab.serve(smallCluster);
    const hangs = Array.from({ length: 20 }, () => faults.hang);
    lab.storage.answerNext({ verb: 'list', resource: SUMMARIES }, ...hangs);
    const run = await lab.run('push', [
      ...['--cluster', 'c', '--deadline', '2s', '--remote-write-url', receiver.url],
    ]);

    expect(run.exitCode).toBe(4);
    expect(receiver.samples).toEqual([]);
  });

  it('is not held up by it where all is well', async () => {
    const run = await runCli(['push', '--from', join(folder, 'results'), '--deadline', '10m']);

    expect(run.exitCode).toBe(0);
  });
});
