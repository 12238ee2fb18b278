import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import { POSTURES } from '../support/kubernetes/lab.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';

const lab = useAgentLab();

function basic(password: string): string {
  return `Basic ${Buffer.from(`agent:${password}`).toString('base64')}`;
}

describe('a password that is rotated', () => {
  it.each([
    ['in its file', 'password_file: PATH'],
    ['in its file, with the configuration read again', 'password_file: PATH'],
    ['in the configuration, which is read again', 'password: PASSWORD'],
  ])('%s is used from then on', async (where, field) => {
    const receiver = await lab.receive();
    const secret = join(lab.folder, 'password');
    const config = join(lab.folder, 'config.yaml');
    function rotate(password: string): void {
      writeFileSync(secret, `${password}\n`);
      const login = field.replace('PATH', secret).replace('PASSWORD', password);
      const endpoint = `{url: "${receiver.url}", basic_auth: {username: agent, ${login}}}`;
      writeFileSync(config, `remote_write: [${endpoint}]\n`);
    }
    rotate('before');
    const agent = lab.startOnFiles(['--config', config, '--resend-interval', '5s']);
    await agent.until('cycle done');
    const sent = receiver.requests.length;
    rotate('after');
    if (where.includes('read again')) {
      agent.send('SIGHUP');
      await agent.until('cycle done', 2);
    }
    await agent.waitFor(() => receiver.requests.length > sent, 'another request');

    const used = receiver.requests.map(({ headers }) => headers.authorization);
    expect(new Set(used.slice(0, sent))).toEqual(new Set([basic('before')]));
    expect(new Set(used.slice(sent))).toEqual(new Set([basic('after')]));
    expect(receiver.violations).toEqual([]);
    expect(agent.stderr).not.toMatch(/before\b|after\b/);
    agent.send('SIGTERM');
    expect((await agent.end()).exitCode).toBe(0);
  });
});

describe('a reload while a cycle is under way', () => {
  it('leaves what the cycle keeps on disk alone, and ends later what is gone then', async () => {
    const receiver = await lab.receive({ answers: [{ status: 204, delayMs: 2000 }] });
    const config = join(lab.folder, 'config.yaml');
    function write(retryBudget: string): void {
      const queue = '{max_samples_per_send: 20}';
      const endpoint = `{url: "${receiver.url}", queue_config: ${queue}}`;
      writeFileSync(config, `remote_write: [${endpoint}]\nretry_budget: ${retryBudget}\n`);
    }
    write('1m');
    const state = join(lab.folder, 'state');
    const agent = lab.startOnFiles([
      ...['--config', config, '--state-dir', state, '--resend-interval', '5s'],
      ...['--change-quiet', '500ms'],
    ]);
    await agent.waitFor(() => receiver.requests.length > 0, 'a request');
    write('2m');
    agent.send('SIGHUP');
    await agent.until('cycle done', 2);
    await agent.until('reloaded the configuration');
    rmSync(join(lab.results, 'vulnerabilitymanifest-node-exporter.yaml'));
    await agent.until('cycle done', 3);

    expect(agent.stderr).not.toMatch(/"level":"(?:warn|error)"/);
    expect(agent.logged('cycle done').map(({ trigger }) => trigger)).toEqual([
      'start',
      'reload',
      'change',
    ]);
    const ended = receiver.samples.filter(({ value }) => value === 'stale');
    expect(ended.map(({ name }) => name)).toContain('kubescape_total_image_vulnerabilities');
    expect(receiver.violations).toEqual([]);
    agent.send('SIGTERM');
    expect((await agent.end()).exitCode).toBe(0);
  });
});

describe('a reload with other metrics', () => {
  it('reads what those are made of', async () => {
    await lab.cluster.serve(smallCluster);
    const config = join(lab.folder, 'config.yaml');
    function write(groups: string): void {
      writeFileSync(config, `metrics: {groups: [${groups}]}\n`);
    }
    write('vulnerabilities');
    const agent = lab.startOnCluster(['--config', config, '--change-quiet', '0s']);
    await agent.until('cycle done');
    expect(agent.stdout).not.toContain('kubescape_total_failed_controls');
    write('vulnerabilities, posture');
    agent.send('SIGHUP');
    await agent.until('cycle done', 2);

    expect(agent.stdout).toContain('kubescape_total_failed_controls');
    expect(lab.cluster.lists(POSTURES)).not.toEqual([]);
  });

  it('misses nothing that those are not made of', async () => {
    await lab.cluster.serve(smallCluster);
    const receiver = await lab.receive();
    const config = join(lab.folder, 'config.yaml');
    const args = ['--config', config, '--change-quiet', '0s', '--remote-write-url', receiver.url];
    writeFileSync(config, 'metrics: {groups: [vulnerabilities, posture]}\n');
    const agent = lab.startOnCluster(args);
    await agent.until('cycle done');
    writeFileSync(config, 'metrics: {groups: [vulnerabilities]}\n');
    agent.send('SIGHUP');
    await agent.until('cycle done', 2);

    expect(agent.logged('cycle incomplete')).toEqual([]);
  });

  it('asks for the name of the cluster where none is configured any more', async () => {
    await lab.cluster.serve(smallCluster, { clusterData: { clusterName: 'small' } });
    const config = join(lab.folder, 'config.yaml');
    const { storage } = lab.cluster;
    const kubeconfig = writeKubeconfig(storage, { dir: lab.folder, user: { token: 'test' } });
    writeFileSync(config, 'cluster: configured\n');
    const args = ['--config', config, '--kubeconfig', kubeconfig, '--change-quiet', '0s'];
    const agent = lab.start(args);
    await agent.until('cycle done');
    writeFileSync(config, '');
    agent.send('SIGHUP');
    await agent.until('cycle done', 2);

    expect(agent.logged('cycle done').map(({ cluster }) => cluster)).toEqual([
      'configured',
      'small',
    ]);
  });
});

describe('O8: SIGTERM while a repetition hangs at a receiver', () => {
  it.each([
    ['that does not answer', 'hang' as const],
    ['that is down', 'reset' as const],
  ])('%s ends the agent within its time', async (_what, otherwise) => {
    const cycle = await countRequests();
    const answers = Array.from({ length: cycle }, () => ({ status: 204 }));
    const receiver = await lab.receive({ answers, otherwise });
    const args = ['--resend-interval', '5s', '--shutdown-timeout', '1s'];
    const agent = lab.startOnFiles(['--remote-write-url', receiver.url, ...args]);
    await agent.until('cycle done');
    await agent.waitFor(() => receiver.requests.length > cycle, 'a repetition');
    agent.send('SIGTERM');
    const { exitCode, tookMs } = await agent.end();

    expect(exitCode).toBe(0);
    expect(tookMs).toBeGreaterThan(900);
    expect(tookMs).toBeLessThan(10_000);
    expect(agent.logged('agent stopped')).toHaveLength(1);
    expect(receiver.samples.filter(({ value }) => value === 'stale')).toEqual([]);
  });
});

/** Samples of one cycle. */
async function countRequests(): Promise<number> {
  const receiver = await lab.receive();
  const agent = lab.startOnFiles(['--remote-write-url', receiver.url]);
  await agent.until('cycle done');
  await agent.kill();
  return receiver.requests.length;
}
