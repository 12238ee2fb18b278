import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';

const lab = useAgentLab();

it('is shared by the shards of a cluster without one ending the series of another', async () => {
  await lab.cluster.serve(smallCluster);
  const receiver = await lab.receive();
  const state = join(lab.folder, 'state');
  const args = ['--cluster', 'lab', '--remote-write-url', receiver.url, '--state-dir', state];
  for (const shard of ['0', '1', '0']) {
    const run = await lab.cluster.run('push', [...args, '--shards', '2', '--shard', shard]);
    expect(run.exitCode).toBe(0);
  }

  expect(receiver.samples.filter(({ value }) => value === 'stale')).toEqual([]);
  expect(receiver.violations).toEqual([]);
  expect(readdirSync(state).toSorted()).toEqual([
    'cluster-0-of-2.json',
    'cluster-1-of-2.json',
    'findings-0-of-2.bin',
    'findings-1-of-2.bin',
    'postures-0-of-2.json',
    'postures-1-of-2.json',
    'shard-0-of-2',
    'shard-1-of-2',
  ]);
});
