import { join } from 'node:path';

import { expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { MANIFESTS, POSTURES, SUMMARIES } from '../support/kubernetes/lab.ts';
import {
  cart,
  configuration,
  image,
  ledger,
  redis,
  runs,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';

const lab = useAgentLab();

/** Workloads whose series ended. Empty for series without a workload. */
function endedIn({ samples }: FakeReceiver): ReadonlySet<string> {
  const ended = samples.filter(({ value }) => value === 'stale');
  return new Set(ended.map(({ labels }) => labels['workload'] ?? ''));
}

it('a push ends the series of deleted objects, and keeps those of unreadable ones', async () => {
  const other = configuration({ namespace: 'shop', workload: 'cart' }, 1);
  await lab.cluster.serve([...smallCluster, other]);
  const receiver = await lab.receive();
  const state = ['--state-dir', join(lab.folder, 'state')];
  const args = ['--cluster', 'lab', '--remote-write-url', receiver.url, ...state];
  expect((await lab.cluster.run('push', args)).exitCode).toBe(0);
  const { store } = lab.cluster.storage;
  store.corrupt({ resource: SUMMARIES, ...cart.metadata }, 'forever');
  const posture = configuration({ namespace: 'pay', workload: 'ledger' }, 3);
  store.corrupt({ resource: POSTURES, ...posture.metadata }, 'forever');
  const deleted = configuration({ namespace: 'shop', workload: 'storefront' }, 2);
  store.delete({ resource: POSTURES, ...deleted.metadata });
  const run = await lab.cluster.run('push', args);

  expect(run.exitCode).toBe(5);
  expect(endedIn(receiver)).toEqual(new Set(['storefront']));
  const messages = run.log.map(({ msg }) => String(msg)).join('\n');
  expect(messages).toContain(`${SUMMARIES} shop/${cart.metadata.name}`);
  expect(messages).toContain(`${POSTURES} pay/${posture.metadata.name}`);
});

it('an agent ends the series of objects that the cleanup of the server removed', async () => {
  const fresh = image('fresh');
  const place = { namespace: 'shop', workload: 'fresh' } as const;
  await lab.cluster.serve(smallCluster);
  const { storage } = lab.cluster;
  const receiver = await lab.receive();
  const args = ['--remote-write-url', receiver.url, '--change-quiet', '300ms'];
  const agent = lab.startOnCluster(args);
  await agent.until('cycle done');
  await agent.waitFor(() => storage.watches.count(SUMMARIES) === 1, 'a watch of summaries');
  // The watch has delivered an event, so the cleanup is not the first change that it misses.
  for (const object of [fresh, runs(fresh, place)]) storage.store.put(object);
  await agent.until('cycle done', 2);
  storage.cleanUp(
    { resource: SUMMARIES, ...ledger.metadata },
    { resource: SUMMARIES, ...cart.metadata },
    { resource: MANIFESTS, ...redis.metadata },
  );
  await agent.until('cycle done', 3);
  await agent.waitFor(() => endedIn(receiver).size === 2, 'ended series');

  expect(endedIn(receiver)).toEqual(new Set(['ledger', 'cart']));
  agent.send('SIGTERM');
  expect((await agent.end()).exitCode).toBe(0);
});
