import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import { POSTURES } from '../support/kubernetes/lab.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';

const lab = useAgentLab();

function basic(password: string): string {
  return `Basic ${Buffer.from(`agent:${password}`).toString('base64')}`;
}

describe('a rotated password is used from the next request', () => {
  it.each([
    ['from its file, without a reload', 'password_file: PATH', false],
    ['from the configuration, after a reload', 'password: PASSWORD', true],
  ])('%s', async (_where, field, isReloaded) => {
    const receiver = await lab.receive();
    const secret = join(lab.folder, 'password');
    const config = join(lab.folder, 'config.yaml');
    function rotate(password: string): void {
      writeFileSync(secret, `${password}\n`);
      const credentials = field.replace('PATH', secret).replace('PASSWORD', password);
      const endpoint = `{url: "${receiver.url}", basic_auth: {username: agent, ${credentials}}}`;
      writeFileSync(config, `remote_write: [${endpoint}]\n`);
    }
    rotate('before');
    const agent = lab.startOnFiles(['--config', config, '--resend-interval', '5s']);
    await agent.until('cycle done');
    const sent = receiver.requests.length;
    rotate('after');
    if (isReloaded) {
      agent.send('SIGHUP');
      await agent.until('cycle done', 2);
    }
    await agent.waitFor(() => receiver.requests.length > sent, 'another request');

    const used = receiver.requests.map(({ headers }) => headers.authorization);
    expect(new Set(used.slice(0, sent))).toEqual(new Set([basic('before')]));
    expect(new Set(used.slice(sent))).toEqual(new Set([basic('after')]));
    expect(receiver.violations).toEqual([]);
    expect(agent.stderr).not.toMatch(/before\b|after\b/);
  });
});

/** Removes a container with its findings. Without the summary, the container would lack its findings. */
function removeNodeExporter(results: string): void {
  const path = join(results, 'vulnerabilitymanifestsummaries.json');
  const list = Summaries.parse(JSON.parse(readFileSync(path, 'utf8')));
  const items = list.items.filter((item) => !JSON.stringify(item).includes('node-exporter'));
  writeFileSync(path, JSON.stringify({ ...list, items }));
  rmSync(join(results, 'vulnerabilitymanifest-node-exporter.yaml'));
}

const Summaries = z.looseObject({ items: z.array(z.unknown()) });

describe('a reload during a cycle', () => {
  it('keeps the push on disk, so that a later cycle ends the series that are gone', async () => {
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
    removeNodeExporter(lab.results);
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
  });
});

describe('a reload with other metrics', () => {
  it('reads the kinds that they need', async () => {
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

  it('does not miss kinds that they no longer need', async () => {
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

  it('reads the cluster name if it is no longer configured', async () => {
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

describe('O8: SIGTERM during a resend', () => {
  it.each([
    ['does not respond', 'hang' as const],
    ['is unavailable', 'reset' as const],
  ])('stops the agent after the shutdown timeout if the receiver %s', async (_what, otherwise) => {
    const receiver = await lab.receive();
    const args = ['--resend-interval', '5s', '--shutdown-timeout', '1s'];
    const agent = lab.startOnFiles(['--remote-write-url', receiver.url, ...args]);
    await agent.until('cycle done');
    const sent = receiver.requests.length;
    receiver.answerWith(otherwise);
    await agent.waitFor(() => receiver.requests.length > sent, 'a resend');
    agent.send('SIGTERM');

    expect((await agent.end()).exitCode).toBe(0);
    expect(agent.logged('agent stopped')).toHaveLength(1);
    expect(receiver.samples.filter(({ value }) => value === 'stale')).toEqual([]);
  });
});
