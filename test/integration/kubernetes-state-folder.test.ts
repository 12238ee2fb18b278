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
    expect(second.messages).toContain('it belongs to another cluster');
  } finally {
    await Promise.all([proxy.close(), b.close()]);
  }
});
