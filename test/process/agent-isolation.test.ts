import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { AgentLab } from '../support/agent/agent-lab.ts';
import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { image, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { ResultFiles } from '../support/scan-results/result-files.ts';

/** Less than the retry budget of 2 minutes, and enough for a turn of the loop. */
const SOON_MS = 25_000;

it('S7: a receiver that hangs delays neither resends nor the next push to another one', async () => {
  await using lab = new AgentLab();
  lab.open();
  const bad = await lab.receive({ otherwise: 'hang' });
  const good = await lab.receive();
  const results = new ResultFiles(join(lab.folder, 'small'));
  results.put(...smallCluster);
  const config = join(lab.folder, 'config.yaml');
  const blocks = [bad, good].map(({ url }) => `{url: "${url}", remote_timeout: 2s}`);
  writeFileSync(config, `remote_write: [${blocks.join(', ')}]\n`);
  const from = ['--from', results.folder, '--cluster', 'c', '--config', config];
  const often = ['--resend-interval', '5s', '--change-quiet', '700ms', '--schedule', '0 0 1 1 *'];
  lab.start([...from, ...often]);
  await expect.poll(() => timestamps(good).size, { timeout: SOON_MS }).toBeGreaterThan(2);

  const made = image('app');
  results.put(made, runs(made, { namespace: 'added', workload: 'app' }));

  await expect.poll(() => hasNamespace(good, 'added'), { timeout: SOON_MS }).toBe(true);
  expect(bad.requests.length).toBeGreaterThan(1);
}, 120_000);

function timestamps({ samples }: FakeReceiver): Set<number> {
  return new Set(samples.map(({ timestampMs }) => timestampMs));
}

function hasNamespace({ samples }: FakeReceiver, namespace: string): boolean {
  return samples.some(({ labels }) => labels['namespace'] === namespace);
}
