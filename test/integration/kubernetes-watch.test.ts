import { describe, expect, it, vi } from 'vitest';

import { faults } from '../support/fake-storage/faults.ts';
import { MANIFESTS, POSTURES, SUMMARIES } from '../support/kubernetes/lab.ts';
import { image, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { useWatchLab } from '../support/kubernetes/watch-lab.ts';

const { lab, watching } = useWatchLab();
const kinds = [SUMMARIES, MANIFESTS, POSTURES] as const;

describe('watches', () => {
  it('are cluster-wide, one per kind, without specs or a replay', async () => {
    await watching().watch();

    const watches = lab.storage.requests.filter(({ verb }) => verb === 'watch');
    expect(watches.map(({ resource }) => resource).toSorted()).toEqual([...kinds].toSorted());
    for (const { path, query } of watches) {
      expect(path).not.toContain('/namespaces/');
      expect(query).toEqual({ watch: 'true', timeoutSeconds: '600' });
    }
  });

  it.each`
    what                     | kind         | change
    ${'a new image'}         | ${MANIFESTS} | ${() => lab.storage.store.put(image('new'))}
    ${'another scan'}        | ${MANIFESTS} | ${() => lab.storage.store.put(image('redis'))}
    ${'a deleted container'} | ${SUMMARIES} | ${() => lab.storage.store.delete(cartKey)}
  `('report $what', async ({ kind, change }: ChangeCase) => {
    await watching().watch();
    expect(watching().changed).toEqual([]);
    change();

    await vi.waitFor(() => expect(watching().changed).toEqual([kind]));
  });

  it('are read as fast as the server writes', async () => {
    await lab.serve(smallCluster, { quirks: { compress: false } });
    const events = Array<string>(400).fill(
      `${'{"type":"MODIFIED","object":{}}'.padEnd(2 ** 16)}\n`,
    );
    const sent = new Promise<void>((resolve) => {
      const answer = { status: 200, body: events, onSent: resolve };
      lab.storage.answerNext({ verb: 'watch', resource: POSTURES }, answer);
    });
    await watching().start();
    await sent;

    expect(new Set(watching().changed)).toEqual(new Set([POSTURES]));
  });

  it('end when the signal aborts', async () => {
    await watching().watch();
    await watching().stop();

    await vi.waitFor(() => expect(lab.storage.watches.count()).toBe(0));
    expect(watching().changed).toEqual([]);
  });
});

interface ChangeCase {
  readonly kind: string;
  readonly change: () => unknown;
}

const cartKey = { resource: SUMMARIES, namespace: 'shop', name: 'deployment-cart-main' } as const;

describe.each(['reset', 'end'] as const)('a watch that breaks with %s', (how) => {
  it('is reopened, and reports nothing if nothing changed', async () => {
    await watching().watch();
    lab.storage.watches.cut(how);
    await vi.waitFor(() => expect(watching().clock.asleep).toBe(3));
    expect(lab.storage.watches.count()).toBe(0);
    watching().clock.wakeAll();
    await vi.waitFor(() => expect(watching().isReady(3)).toBe(true));

    expect(watching().changed).toEqual([]);
    expect(watching().clock.slept).toEqual([1000, 1000, 1000]);
  });

  it('reports a change that happened while it was closed', async () => {
    await watching().watch();
    lab.storage.watches.cut(how);
    await vi.waitFor(() => expect(watching().clock.asleep).toBe(3));
    lab.storage.store.put(runs(image('new'), { namespace: 'shop', workload: 'new' }));
    watching().clock.wakeAll();

    await vi.waitFor(() => expect(watching().changed).toEqual([SUMMARIES]));
  });

  it('reports a deletion that happened while it was closed', async () => {
    await watching().watch();
    lab.storage.watches.cut(how);
    await vi.waitFor(() => expect(watching().clock.asleep).toBe(3));
    lab.storage.store.remove(cartKey);
    watching().clock.wakeAll();

    await vi.waitFor(() => expect(watching().changed).toEqual([SUMMARIES]));
  });
});

describe('a watch on a dead connection', () => {
  it('is closed after its lifetime, and the list shows what it missed', async () => {
    await watching().readLists();
    await watching().start(300);
    await vi.waitFor(() => expect(watching().isReady()).toBe(true));
    lab.storage.store.remove(cartKey);
    await vi.waitFor(() => expect(watching().clock.asleep).toBe(3));
    watching().clock.wakeAll();

    await vi.waitFor(() => expect(watching().changed).toEqual([SUMMARIES]));
  });
});

describe('a watch that cannot be opened', () => {
  it.each([faults.unavailable, faults.reset, { status: 429 }])(
    'is retried with growing pauses, while lists report changes: %o',
    async (answer) => {
      const isWatch = { verb: 'watch', resource: MANIFESTS } as const;
      lab.storage.answerNext(isWatch, ...[answer, answer, answer]);
      await watching().readLists();
      await watching().start();
      await vi.waitFor(() => expect(watching().clock.asleep).toBe(1));
      lab.storage.store.put(image('new'));
      watching().clock.wakeAll();
      await vi.waitFor(() => expect(watching().changed).toContain(MANIFESTS));
      for (let left = 2; left > 0; left--) {
        await vi.waitFor(() => expect(watching().clock.asleep).toBe(1));
        watching().clock.wakeAll();
      }

      await vi.waitFor(() => expect(lab.storage.watches.count()).toBe(3));
      expect(watching().clock.slept).toEqual([1000, 2000, 4000]);
    },
  );

  it.each`
    status | advice
    ${403} | ${'resources: [vulnerabilitymanifests], verbs: [get, list, watch]}, for the whole cluster'}
    ${404} | ${'is the Kubescape operator installed'}
  `(
    'because of a $status causes one warning, and is retried after minutes',
    async ({ status, advice }: RejectedCase) => {
      const isWatch = { verb: 'watch', resource: MANIFESTS } as const;
      lab.storage.answerNext(isWatch, { status }, { status }, { status });
      await watching().readLists();
      await watching().start();
      await vi.waitFor(() => expect(watching().clock.asleep).toBe(1));
      lab.storage.store.put(image('new'));
      for (let left = 3; left > 0; left--) {
        await vi.waitFor(() => expect(watching().clock.asleep).toBe(1));
        watching().clock.wakeAll();
      }
      await vi.waitFor(() => expect(lab.storage.watches.count()).toBe(3));

      expect(watching().clock.slept).toEqual([300_000, 300_000, 300_000]);
      expect(watching().changed).toEqual([MANIFESTS]);
      expect(watching().warnings).toEqual([expect.stringContaining(advice)]);
      await vi.waitFor(() => expect(lab.lists(MANIFESTS)).toHaveLength(5));
    },
  );

  it('reports no change while lists cannot be read either', async () => {
    await watching().watch();
    const many = Array.from({ length: 30 }, () => faults.unavailable);
    lab.storage.answerNext({}, ...many);
    lab.storage.cutWatches();
    await vi.waitFor(() => expect(watching().clock.asleep).toBe(3));
    watching().clock.wakeAll();
    await vi.waitFor(() => expect(watching().clock.slept.length).toBe(6));

    expect(watching().changed).toEqual([]);
  });
});

interface RejectedCase {
  readonly status: number;
  readonly advice: string;
}
