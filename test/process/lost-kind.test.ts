import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { POSTURES, SUMMARIES } from '../support/kubernetes/lab.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';

const lab = useAgentLab();

const forbidden = { status: 403, body: '{"message":"forbidden"}' } as const;

interface Setting {
  readonly receiver: FakeReceiver;
  readonly args: readonly string[];
}

/** Runs a complete push and leaves its state folder. */
async function afterPush(): Promise<Setting> {
  await lab.cluster.serve(smallCluster);
  const receiver = await lab.receive();
  const args = ['--remote-write-url', receiver.url, '--state-dir', join(lab.folder, 'state')];
  expect((await push(args)).exitCode).toBe(0);
  return { receiver, args };
}

async function push(args: readonly string[]) {
  return lab.cluster.run('push', ['--cluster', 'lab', ...args]);
}

function forbid(kind: string): void {
  lab.cluster.storage.answerNext({ verb: 'list', resource: kind }, forbidden);
}

function ends({ receiver }: Setting): number {
  return receiver.samples.filter(({ value }) => value === 'stale').length;
}

describe('a kind that was up in the previous run and is down now', () => {
  it.each([SUMMARIES, POSTURES])('ends no series in the first push: %s', async (kind) => {
    const setting = await afterPush();
    forbid(kind);
    const lost = await push(setting.args);

    expect(ends(setting)).toBe(0);
    expect(lost.exitCode).toBe(5);
    expect(lost.log.map(({ msg }) => msg)).toContain('push incomplete');

    forbid(kind);
    const gone = await push(setting.args);

    expect(ends(setting)).toBeGreaterThan(0);
    expect(gone.exitCode).toBe(0);
  });

  it('ends no series in the first cycle of an agent', async () => {
    const setting = await afterPush();
    forbid(SUMMARIES);
    const agent = lab.startOnCluster([...setting.args, '--change-quiet', '0s']);
    await agent.until('cycle incomplete');

    expect(ends(setting)).toBe(0);
  });

  it('is not reported if no metric needs it any more', async () => {
    const setting = await afterPush();
    const run = await push([...setting.args, '--metrics-groups', 'vulnerabilities']);

    expect(run.exitCode).toBe(0);
    expect(ends(setting)).toBeGreaterThan(0);
  });

  it('is still remembered after a command that sends nothing', async () => {
    const setting = await afterPush();
    forbid(SUMMARIES);
    await lab.cluster.run('render', ['--cluster', 'lab', ...setting.args.slice(2)]);
    forbid(SUMMARIES);
    const run = await push(setting.args);

    expect(ends(setting)).toBe(0);
    expect(run.exitCode).toBe(5);
  });
});
