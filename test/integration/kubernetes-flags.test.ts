import { describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import { afterwards } from '../support/kubernetes/answers.ts';
import { MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import { image, images, nginx, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { skippedIn, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();

describe('a push from a cluster', () => {
  it.each`
    flags                                                             | total
    ${['--include-namespace', 'shop', '--include-namespace', 'pay']}  | ${8}
    ${['--exclude-namespace', 'shop']}                                | ${4}
    ${['--include-workload', 'cart']}                                 | ${1}
    ${['--exclude-workload', 'cart', '--exclude-workload', 'ledger']} | ${3}
  `('applies the filter $flags', async ({ flags, total }: FilterCase) => {
    await lab.serve(smallCluster);
    const { exitCode, stdout } = await lab.run('push', flags);

    expect({ exitCode, total: valueOf(stdout, 'kubescape_total_vulnerabilities') }).toEqual({
      exitCode: 0,
      total,
    });
  });

  it.each`
    flags                          | inFlight
    ${[]}                          | ${1}
    ${['--read-concurrency', '4']} | ${4}
  `('reads $inFlight manifests at a time with $flags', async (row: ConcurrencyCase) => {
    const all = images(12);
    const containers = all.map((of, index) =>
      runs(of, { namespace: 'shop', workload: `w-${index}` }),
    );
    await lab.serve([...all, ...containers], { quirks: { latencyMs: () => 10 } });
    const { exitCode } = await lab.run('push', ['--cluster', 'c', ...row.flags]);

    expect([exitCode, lab.storage.inFlightMax(MANIFESTS)]).toEqual([0, row.inFlight]);
    expect(lab.manifests()).toHaveLength(12);
  });

  it('reads manifests from --kubescape-namespace', async () => {
    const moved = { ...nginx, metadata: { ...nginx.metadata, namespace: 'security' } };
    await lab.serve([moved, runs(nginx, { namespace: 'shop', workload: 'w' })]);
    const { exitCode, stdout } = await lab.run('push', ['--kubescape-namespace', 'security']);

    expect(exitCode).toBe(0);
    expect(valueOf(stdout, 'kubescape_total_vulnerabilities')).toBe(3);
  });

  it('is incomplete if the server could not read some objects, with and without --strict', async () => {
    await lab.serve(smallCluster, { quirks: { zeroItems: 1 } });
    const lax = await lab.run('push');
    const strict = await lab.run('push', ['--strict']);

    expect([lax.exitCode, strict.exitCode]).toEqual([5, 5]);
    expect(skippedIn(strict.stdout)).toEqual({ zero_valued: 3 });
  });
});

interface FilterCase {
  readonly flags: readonly string[];
  readonly total: number;
}

interface ConcurrencyCase {
  readonly flags: readonly string[];
  readonly inFlight: number;
}

describe('--wait-quiet', () => {
  it('polls metadata until nothing has changed for the given time', async () => {
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

  it('restarts with each change, and ends at --wait-timeout with a warning', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext(
      { verb: 'list', resource: MANIFESTS },
      afterwards(() => undefined),
      afterwards(() => lab.storage.store.put(image('new'))),
    );
    const args = ['--wait-quiet', '2s', '--wait-timeout', '2500ms'] as const;
    const run = await lab.run('push', args);

    expect(run.exitCode).toBe(0);
    expect(messagesOf(run)).toContain('still changing after 2.5 s (1 change)');
    // The new image was read, but no summary references it yet.
    expect(valueOf(run.stdout, 'kubescape_unreferenced_images')).toBe(1);
  });
});
