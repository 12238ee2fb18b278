import { describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import { afterwards, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import {
  image,
  nginx,
  runs,
  SMALL_CLUSTER,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { samplesOf, skippedIn, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();

describe('a push from a cluster', () => {
  it.each`
    flags                                                             | total
    ${['--include-namespace', 'shop']}                                | ${4}
    ${['--include-namespace', 'shop', '--include-namespace', 'pay']}  | ${8}
    ${['--exclude-namespace', 'shop']}                                | ${4}
    ${['--include-workload', 'cart']}                                 | ${1}
    ${['--exclude-workload', 'cart', '--exclude-workload', 'ledger']} | ${3}
  `('looks only at what it is told to: $flags', async ({ flags, total }: FilterCase) => {
    await lab.serve(smallCluster);
    const { exitCode, stdout } = await lab.run('push', flags);

    expect({ exitCode, total: valueOf(stdout, 'kubescape_total_vulnerabilities') }).toEqual({
      exitCode: 0,
      total,
    });
  });

  it('gets --read-concurrency manifests at a time, and by default one', async () => {
    const images = Array.from({ length: 12 }, (_, index) => image(`image-${index}`));
    for (const [flags, expected] of [[[], 1] as const, [['--read-concurrency', '4'], 4] as const]) {
      const containers = images.map((of) => runs(of, { namespace: 'shop', workload: 'w' }));
      await lab.serve([...images, ...containers], { quirks: { latencyMs: () => 10 } });
      const { exitCode } = await lab.run('push', ['--cluster', 'c', ...flags]);

      expect([exitCode, lab.storage.inFlightMax(MANIFESTS)]).toEqual([0, expected]);
    }
  });

  it('takes the name of --cluster before all others', async () => {
    await lab.serve(smallCluster, { clusterData: { clusterName: 'from-config-map' } });
    const named = await lab.run('push', ['--cluster', 'mine']);
    const unnamed = await lab.run('push');

    expect([clusterOf(named.stdout), clusterOf(unnamed.stdout)]).toEqual([
      'mine',
      'from-config-map',
    ]);
  });

  it('looks for manifests in --kubescape-namespace', async () => {
    const moved = { ...nginx, metadata: { ...nginx.metadata, namespace: 'security' } };
    await lab.serve([moved, runs(nginx, { namespace: 'shop', workload: 'w' })]);
    const { exitCode, stdout } = await lab.run('push', ['--kubescape-namespace', 'security']);

    expect([exitCode, clusterOf(stdout)]).toEqual([0, SMALL_CLUSTER]);
    expect(valueOf(stdout, 'kubescape_total_vulnerabilities')).toBe(3);
  });

  it('calls oddities incomplete if it is --strict', async () => {
    await lab.serve(smallCluster, { quirks: { zeroItems: 1 } });
    const lax = await lab.run('push');
    const strict = await lab.run('push', ['--strict']);

    expect([lax.exitCode, strict.exitCode]).toEqual([0, 5]);
    expect(skippedIn(strict.stdout)).toEqual({ zero_valued: 3 });
  });
});

interface FilterCase {
  readonly flags: readonly string[];
  readonly total: number;
}

describe('--wait-quiet', () => {
  it('looks at metadata alone, until nothing has changed for so long', async () => {
    await lab.serve(smallCluster);
    const { exitCode } = await lab.run('push', ['--wait-quiet', '1s']);

    const versions = lab.lists(SUMMARIES).map(({ query }) => query['resourceVersion']);
    expect({ exitCode, versions }).toEqual({
      exitCode: 0,
      versions: ['metadata', 'metadata', 'fullSpec'],
    });
    const [first, second] = lab.lists(POSTURES);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(950);
  });

  it('begins anew with a change, and ends with --wait-timeout and a warning', async () => {
    await lab.serve(smallCluster);
    const change = afterwards(() => lab.storage.store.put(image('new')));
    lab.storage.answerNext(
      { verb: 'list', resource: MANIFESTS },
      afterwards(() => undefined),
      change,
    );
    const args = ['--wait-quiet', '2s', '--wait-timeout', '2500ms'] as const;
    const run = await lab.run('push', args);

    expect(run.exitCode).toBe(0);
    expect(messagesOf(run)).toContain('still changing after 2.5 s (1 times)');
    expect(valueOf(run.stdout, 'kubescape_scanned_images')).toBe(4);
  });
});

function clusterOf(text: string): string | undefined {
  return samplesOf(text)[0]?.labels['cluster'];
}
