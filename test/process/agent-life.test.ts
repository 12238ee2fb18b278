import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import { faults } from '../support/fake-storage/faults.ts';
import { MANIFESTS, SUMMARIES } from '../support/kubernetes/lab.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';

const lab = useAgentLab();

/** Copies of the example manifests. Parsing them takes longer than the agent takes to start. */
const COPIES = 300;

describe('O8: SIGTERM stops the agent in an orderly way', () => {
  it('while it is idle', async () => {
    const receiver = await lab.receive();
    const agent = lab.startOnFiles(['--remote-write-url', receiver.url]);
    await agent.until('cycle done');
    agent.send('SIGTERM');

    expect(await agent.end()).toMatchObject({ exitCode: 0, signal: null });
    expect(agent.logged('agent stopped')).toHaveLength(1);
    expect(receiver.violations).toEqual([]);
    expect(receiver.samples.filter(({ value }) => value === 'stale')).toEqual([]);
  });

  it('as does SIGINT', async () => {
    const agent = lab.startOnFiles([]);
    await agent.until('cycle done');
    agent.send('SIGINT');

    expect(await agent.end()).toMatchObject({ exitCode: 0, signal: null });
  });

  it.each([
    ['listing', { verb: 'list', resource: SUMMARIES } as const],
    ['reading', { verb: 'get', resource: MANIFESTS } as const],
  ])('while it is %s, without waiting and without sending', async (_, match) => {
    const receiver = await lab.receive();
    await lab.cluster.serve(smallCluster);
    lab.cluster.storage.answerNext(match, ...Array.from({ length: 20 }, () => faults.hang));
    const agent = lab.startOnCluster(['--remote-write-url', receiver.url, '--change-quiet', '0s']);
    await agent.waitFor(
      () =>
        lab.cluster.storage.requests.some(
          ({ verb, resource }) => verb === match.verb && resource === match.resource,
        ),
      'the hanging request',
    );
    agent.send('SIGTERM');
    const { exitCode } = await agent.end();

    expect(exitCode).toBe(0);
    expect(agent.logged('cycle stopped')).toHaveLength(1);
    expect(receiver.samples).toEqual([]);
  });

  it('while it is parsing, without waiting and without sending', async () => {
    const receiver = await lab.receive();
    const manifests = readFileSync(join(lab.results, 'vulnerabilitymanifests.json'), 'utf8');
    writeFileSync(join(lab.results, 'many.json'), manifests.repeat(COPIES));
    const agent = lab.startOnFiles(['--remote-write-url', receiver.url, '--log-level', 'debug']);
    await agent.until('agent started');
    agent.send('SIGTERM');
    const { exitCode } = await agent.end();

    expect(exitCode).toBe(0);
    expect(agent.logged('cycle stopped')).toHaveLength(1);
    expect(receiver.samples).toEqual([]);
  });

  it('while it is sending, after the delivery has ended', async () => {
    const receiver = await lab.receive({ answers: [{ status: 204, delayMs: 1500 }] });
    const agent = lab.startOnFiles(['--remote-write-url', receiver.url]);
    await agent.waitFor(() => receiver.requests.length > 0, 'a request');
    agent.send('SIGTERM');

    expect((await agent.end()).exitCode).toBe(0);
    expect(agent.logged('cycle done')).toHaveLength(1);
    expect(receiver.samples.length).toBeGreaterThan(300);
  });

  it('while the receiver does not respond, after the shutdown timeout', async () => {
    const receiver = await lab.receive({ otherwise: 'hang' });
    const args = ['--remote-write-url', receiver.url, '--shutdown-timeout', '1s'];
    const agent = lab.startOnFiles(args);
    await agent.waitFor(() => receiver.requests.length > 0, 'a request');
    agent.send('SIGTERM');
    const { exitCode } = await agent.end();

    expect(exitCode).toBe(0);
    expect(agent.logged('cycle incomplete')).toHaveLength(1);
  });

  it('immediately on a second signal', async () => {
    const receiver = await lab.receive({ otherwise: 'hang' });
    const agent = lab.startOnFiles(['--remote-write-url', receiver.url]);
    await agent.waitFor(() => receiver.requests.length > 0, 'a request');
    agent.send('SIGTERM');
    await agent.until('stopping');
    agent.send('SIGTERM');
    const { exitCode } = await agent.end();

    expect(exitCode).toBe(130);
  });
});
