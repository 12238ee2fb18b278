import { cpSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import { runCli } from '../support/cli/run-cli.ts';
import { image, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { startFakePushgateway } from '../support/sinks/fake-pushgateway.ts';

const lab = useAgentLab();

describe('the agent runs another cycle', () => {
  it('after a file changed', async () => {
    const agent = lab.startOnFiles(['--change-quiet', '500ms']);
    await agent.until('cycle done');
    const path = join(lab.results, 'vulnerabilitymanifestsummaries.json');
    utimesSync(path, new Date(0), new Date(0));
    await agent.until('cycle done', 2);

    expect(agent.logged('cycle done').map(({ trigger }) => trigger)).toEqual(['start', 'change']);
  });

  it('after results in the cluster changed', async () => {
    await lab.cluster.serve(smallCluster);
    const agent = lab.startOnCluster(['--change-quiet', '500ms']);
    await agent.until('cycle done');
    await agent.waitFor(() => lab.cluster.storage.watches.count() === 4, 'four watches');
    const scanned = image('new');
    lab.cluster.storage.store.put(scanned);
    lab.cluster.storage.store.put(runs(scanned, { namespace: 'shop', workload: 'new' }));
    await agent.until('cycle done', 2);

    const [first, second] = agent.logged('cycle done');
    expect([first?.['trigger'], second?.['trigger']]).toEqual(['start', 'change']);
    expect(first?.['images_changed']).toBe(3);
    expect(second?.['images_changed']).toBe(1);
    expect(Number(second?.['bytes_read'])).toBeGreaterThan(0);
    expect(Number(second?.['bytes_read'])).toBeLessThan(Number(first?.['bytes_read']));
    agent.send('SIGTERM');
    expect((await agent.end()).exitCode).toBe(0);
  });

  it('with a valid new configuration on SIGHUP, and ignores an invalid one', async () => {
    const config = join(lab.folder, 'config.yaml');
    function write(cluster: string, more = ''): void {
      const source = `{files: {paths: [${lab.results}]}}`;
      writeFileSync(config, `cluster: ${cluster}\nsource: ${source}\n${more}`);
    }
    write('one');
    const agent = lab.start(['--config', config]);
    await agent.until('cycle done');
    write('two');
    agent.send('SIGHUP');
    await agent.until('cycle done', 2);
    write('three', 'agent: {schedule: "0 0 30 2 *"}\n');
    agent.send('SIGHUP');
    await agent.until('kept the old configuration because the new one is invalid');

    expect(agent.logged('cycle done').map(({ cluster }) => cluster)).toEqual(['one', 'two']);
    expect(agent.stderr).toContain('never matches any time');
    agent.send('SIGTERM');
    expect((await agent.end()).exitCode).toBe(0);
  });
});

describe('an unavailable source', () => {
  it('is reported by a push under the last cluster name, with exit code 3', async () => {
    const receiver = await lab.receive();
    const state = join(lab.folder, 'state');
    mkdirSync(state);
    const args = ['push', '--from', lab.results, '--state-dir', state];
    const to = ['--remote-write-url', receiver.url];
    expect((await runCli([...args, ...to])).exitCode).toBe(0);
    rmSync(lab.results, { recursive: true });
    const before = receiver.samples.length;
    const run = await runCli([...args, ...to]);

    expect(run.exitCode).toBe(3);
    // The sink sends the self-metrics: see SinkSession.abort.
    const names = receiver.samples.slice(before).map(({ name }) => name);
    expect(names.filter((name) => !name.startsWith('kubescape_push_'))).toEqual([]);
  });

  it('midway ends no series and exits with 3', async () => {
    await lab.cluster.serve(smallCluster);
    const receiver = await lab.receive();
    const config = join(lab.folder, 'config.yaml');
    const queue = '{max_samples_per_send: 5}';
    writeFileSync(config, `remote_write: [{url: "${receiver.url}", queue_config: ${queue}}]\n`);
    const args = ['--config', config, '--cluster', 'c', '--state-dir', join(lab.folder, 'state')];
    expect((await lab.cluster.run('push', args)).exitCode).toBe(0);
    const before = receiver.samples.length;
    const late = image('zzz');
    lab.cluster.storage.store.put(late);
    lab.cluster.storage.store.put(runs(late, { namespace: 'shop', workload: 'zzz' }));
    lab.cluster.storage.answerNext(
      { verb: 'get', name: late.metadata.name },
      { status: 403, body: '{}' },
    );
    const run = await lab.cluster.run('push', args);

    expect(run.exitCode).toBe(3);
    const sent = receiver.samples.slice(before);
    expect(sent.map(({ name }) => name)).toContain('kubescape_total_image_vulnerabilities');
    const ended = sent.filter(({ value }) => value === 'stale').map(({ name }) => name);
    expect(ended.filter((name) => !name.startsWith('kubescape_push_'))).toEqual([]);
  });

  it('is reported to a Pushgateway, without other changes', async () => {
    const gateway = await startFakePushgateway();
    const to = ['--pushgateway-url', `http://${gateway.host}`];
    const missing = join(lab.folder, 'missing');
    const run = await runCli(['push', '--from', missing, '--cluster', 'c', ...to]);
    await gateway.stop();

    expect(run.exitCode).toBe(3);
    expect(gateway.received.map(({ method }) => method)).toEqual(['POST']);
    const [{ body } = { body: '' }] = gateway.received;
    expect(body).toMatch(/^kubescape_push_source_up\{.*source="files"\} 0$/m);
    expect(body).not.toMatch(/^kubescape_(?!push_)/m);
  });

  it('is reported and retried', async () => {
    const receiver = await lab.receive();
    const missing = join(lab.folder, 'missing');
    const args = ['--from', missing, '--cluster', 'c', '--remote-write-url', receiver.url];
    const agent = lab.start([...args, '--change-quiet', '500ms']);
    await agent.until('cycle failed');
    cpSync(lab.results, missing, { recursive: true });
    await agent.until('cycle done');

    expect(agent.logged('cycle failed')[0]).toMatchObject({ level: 'error', trigger: 'start' });
  });

  it('does not prevent the agent from starting on a cluster', async () => {
    const agent = lab.start(['--kubeconfig', join(lab.folder, 'none'), '--cluster', 'c']);
    await agent.until('cycle failed');
    agent.send('SIGTERM');

    expect((await agent.end()).exitCode).toBe(0);
  });
});

describe('health', () => {
  it('reports whether a running agent is alive', async () => {
    const beat = join(lab.folder, 'beat');
    const agent = lab.startOnFiles(['--heartbeat-file', beat]);
    await agent.until('cycle done');
    await agent.waitFor(() => existsSync(beat), 'the heartbeat file');
    const option = ['--heartbeat-file', beat];

    const live = await runCli(['health', '--liveness', ...option]);
    expect(live).toMatchObject({ exitCode: 0, stderr: '' });
    expect(live.stdout).toMatch(/^alive \(last heartbeat \d+s ago\)\n$/);

    agent.send('SIGTERM');
    await agent.end();
    const dead = await runCli(['health'], { env: { KUBESCAPE_PUSH_HEARTBEAT_FILE: beat } });
    expect(dead.exitCode).toBe(1);
    expect(dead.stdout).toMatch(/^not alive \(the heartbeat file .* does not exist/);
  });

  it('reports whether scan results are fresh', async () => {
    const beat = join(lab.folder, 'beat');
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
    expect(ready.stdout).toMatch(/^not ready \(last read 60\ds ago, limit 120s\)\n$/);
  });

  it('requires a heartbeat file', async () => {
    expect(await runCli(['health'])).toMatchObject({
      exitCode: 1,
      stdout: 'no heartbeat file; set --heartbeat-file to the same path as for the agent\n',
    });
  });
});

describe('the log of the agent', () => {
  it('contains no secrets, even in errors', async () => {
    const config = join(lab.folder, 'config.yaml');
    const receiver = '{url: "http://someone:hunter2@127.0.0.1:9/write?token=hunter3"';
    const headers = '{X-Api-Key: hunter4}';
    writeFileSync(config, `remote_write: [${receiver}, headers: ${headers}}]\n`);
    const options = ['--config', config, '--retry-budget', '100ms', '--resend-interval', '5s'];
    const agent = lab.startOnFiles([...options, '--log-level', 'debug']);
    await agent.until('cycle incomplete');
    writeFileSync(config, `remote_write: [${receiver}, hunter5: ${headers}}]\n`);
    agent.send('SIGHUP');
    await agent.until('kept the old configuration because the new one is invalid');
    agent.send('SIGTERM');
    await agent.end();

    expect(agent.stderr).toContain('127.0.0.1:9');
    expect(agent.stderr).not.toMatch(/hunter[234]/);
  });
});
