import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { startFakeStorage } from '../support/fake-storage/fake-storage.ts';
import { runAgent } from '../support/kubernetes/agent-run.ts';
import { useLab } from '../support/kubernetes/lab.ts';
import { image, runs, SMALL_TOTAL, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { startPathProxy } from '../support/network/path-proxy.ts';

const lab = useLab();

it('does not believe the state of another cluster behind the same origin', async () => {
  const other = image('redis', { severities: ['Low'] });
  const b = await startFakeStorage({
    objects: [other, runs(other, { namespace: 'n', workload: 'w' })],
  });
  await lab.serve(smallCluster);
  const proxy = await startPathProxy({ '/k8s/a': lab.storage.url, '/k8s/b': b.url });
  const options = { stateDir: lab.folder };
  try {
    const first = await runAgent({ url: `${proxy.url}/k8s/a` }, lab.folder, options);
    const second = await runAgent({ url: `${proxy.url}/k8s/b` }, lab.folder, options);

    expect([first.total, second.total]).toEqual([SMALL_TOTAL, 1]);
    expect(second.messages).toContain('it is of another cluster');
  } finally {
    await Promise.all([proxy.close(), b.close()]);
  }
});

it('removes what a killed process has left, once nobody can be writing it', async () => {
  await lab.serve(smallCluster);
  const anHourAgo = Date.now() / 1000 - 3600;
  for (const end of ['1.tmp', '2.tmp', 'x.tmp']) {
    const path = join(lab.folder, `findings.bin.${end}`);
    writeFileSync(path, 'half');
    if (end !== '2.tmp') utimesSync(path, anHourAgo, anHourAgo);
  }
  await lab.read({ stateDir: lab.folder });
  const left = readdirSync(lab.folder).filter((name) => name.endsWith('.tmp'));

  expect(left.toSorted()).toEqual(['findings.bin.2.tmp', 'findings.bin.x.tmp']);
});
