import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { RetryClock } from '../../src/http/retry-clock.ts';
import { ApiClient } from '../../src/kubernetes/api-client.ts';
import type { ClusterAccess } from '../../src/kubernetes/cluster-access.ts';
import { createKubeconfigAccess } from '../../src/kubernetes/login/kubeconfig-access.ts';
import { storageKinds } from '../../src/sources/kubescape/storage-api.ts';
import { watchChanges } from '../../src/sources/kubescape/watch-changes.ts';
import { faults } from '../support/fake-storage/faults.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import { MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import { image, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';

const lab = useLab();
const kinds = [SUMMARIES, MANIFESTS, POSTURES] as const;

/** Sleeps until `wakeAll`. */
class PausedClock implements RetryClock {
  readonly #sleepers: (() => void)[] = [];
  readonly slept: number[] = [];
  readonly random = () => 0.5;
  readonly now = () => performance.now();
  readonly sleep = async (ms: number, signal: AbortSignal) => {
    this.slept.push(ms);
    await new Promise<void>((resolve) => {
      this.#sleepers.push(resolve);
      signal.addEventListener('abort', () => resolve());
    });
  };

  get asleep(): number {
    return this.#sleepers.length;
  }

  wakeAll(): void {
    for (const wake of this.#sleepers.splice(0)) wake();
  }
}

let clock: PausedClock;
let stop: AbortController;
let changed: string[];
let warnings: string[];
let ended: Promise<void>;

beforeEach(async () => {
  clock = new PausedClock();
  stop = new AbortController();
  changed = [];
  warnings = [];
  ended = Promise.resolve();
  await lab.serve(smallCluster);
});
afterEach(async () => {
  stop.abort();
  await ended;
});

async function watch(): Promise<void> {
  start(await openAccess());
  await vi.waitFor(() => expect(isReady()).toBe(true));
}

async function openAccess(): Promise<ClusterAccess> {
  const kubeconfig = writeKubeconfig(lab.storage, { dir: lab.folder, user: { token: 'test' } });
  return createKubeconfigAccess({ kubeconfig, userAgent: 'test/1' }, stop.signal);
}

function start(access: ClusterAccess, lifetimeMs?: number): void {
  const { signal } = stop;
  const client = new ApiClient({ access, timeoutMs: 5000, retryBudgetMs: 0, clock });
  ended = watchChanges({
    ...{ access, client, clock, timeoutMs: 5000, onChange, warn, signal, namespace: 'kubescape' },
    kinds: storageKinds,
    ...(lifetimeMs !== undefined && { lifetimeMs }),
  });
}

function warn(message: string): void {
  warnings.push(message);
}

function onChange(kind: string): void {
  changed.push(kind);
}

/** All three watches are open, and each kind was listed before and after. */
function isReady(lists = 2): boolean {
  const areListed = kinds.every(
    (kind) => lab.lists(kind).filter(({ status }) => status === 200).length >= lists,
  );
  return lab.storage.watches.count() === 3 && areListed;
}

describe('watches', () => {
  it('are cluster-wide, one per kind, without specs or a replay', async () => {
    await watch();

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
    await watch();
    expect(changed).toEqual([]);
    change();

    await vi.waitFor(() => expect(changed).toEqual([kind]));
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
    start(await openAccess());
    await sent;

    expect(new Set(changed)).toEqual(new Set([POSTURES]));
  });

  it('end when the signal aborts', async () => {
    await watch();
    stop.abort();
    await ended;

    await vi.waitFor(() => expect(lab.storage.watches.count()).toBe(0));
    expect(changed).toEqual([]);
  });
});

interface ChangeCase {
  readonly kind: string;
  readonly change: () => unknown;
}

const cartKey = { resource: SUMMARIES, namespace: 'shop', name: 'deployment-cart-main' } as const;

describe.each(['reset', 'end'] as const)('a watch that breaks with %s', (how) => {
  it('is reopened, and reports nothing if nothing changed', async () => {
    await watch();
    lab.storage.watches.cut(how);
    await vi.waitFor(() => expect(clock.asleep).toBe(3));
    expect(lab.storage.watches.count()).toBe(0);
    clock.wakeAll();
    await vi.waitFor(() => expect(isReady(3)).toBe(true));

    expect(changed).toEqual([]);
    expect(clock.slept).toEqual([1000, 1000, 1000]);
  });

  it('reports a change that happened while it was closed', async () => {
    await watch();
    lab.storage.watches.cut(how);
    await vi.waitFor(() => expect(clock.asleep).toBe(3));
    lab.storage.store.put(runs(image('new'), { namespace: 'shop', workload: 'new' }));
    clock.wakeAll();

    await vi.waitFor(() => expect(changed).toEqual([SUMMARIES]));
  });

  it('reports a deletion that happened while it was closed', async () => {
    await watch();
    lab.storage.watches.cut(how);
    await vi.waitFor(() => expect(clock.asleep).toBe(3));
    lab.storage.store.remove(cartKey);
    clock.wakeAll();

    await vi.waitFor(() => expect(changed).toEqual([SUMMARIES]));
  });
});

describe('a change that was reported', () => {
  it('is not reported again when the watches are reopened', async () => {
    await watch();
    lab.storage.store.put(image('new'));
    await vi.waitFor(() => expect(changed).toEqual([MANIFESTS]));
    lab.storage.cutWatches();
    await vi.waitFor(() => expect(clock.asleep).toBe(3));
    clock.wakeAll();
    await vi.waitFor(() => expect(isReady(3)).toBe(true));
    await vi.waitFor(() => expect(lab.lists(MANIFESTS)).toHaveLength(4));

    expect(changed).toEqual([MANIFESTS]);
  });
});

describe('a watch on a dead connection', () => {
  it('is closed after its lifetime, and the list shows what it missed', async () => {
    start(await openAccess(), 300);
    await vi.waitFor(() => expect(isReady()).toBe(true));
    lab.storage.store.remove(cartKey);
    await vi.waitFor(() => expect(clock.asleep).toBe(3));
    clock.wakeAll();

    await vi.waitFor(() => expect(changed).toEqual([SUMMARIES]));
  });
});

describe('a watch that cannot be opened', () => {
  it.each([faults.unavailable, faults.reset, { status: 429 }])(
    'is retried with growing pauses, while lists report changes: %o',
    async (answer) => {
      const isWatch = { verb: 'watch', resource: MANIFESTS } as const;
      lab.storage.answerNext(isWatch, ...[answer, answer, answer]);
      start(await openAccess());
      await vi.waitFor(() => expect(clock.asleep).toBe(1));
      lab.storage.store.put(image('new'));
      clock.wakeAll();
      await vi.waitFor(() => expect(changed).toContain(MANIFESTS));
      for (let left = 2; left > 0; left--) {
        await vi.waitFor(() => expect(clock.asleep).toBe(1));
        clock.wakeAll();
      }

      await vi.waitFor(() => expect(lab.storage.watches.count()).toBe(3));
      expect(clock.slept).toEqual([1000, 2000, 4000]);
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
      start(await openAccess());
      await vi.waitFor(() => expect(clock.asleep).toBe(1));
      lab.storage.store.put(image('new'));
      for (let left = 3; left > 0; left--) {
        await vi.waitFor(() => expect(clock.asleep).toBe(1));
        clock.wakeAll();
      }
      await vi.waitFor(() => expect(lab.storage.watches.count()).toBe(3));

      expect(clock.slept).toEqual([300_000, 300_000, 300_000]);
      expect(changed).toEqual([MANIFESTS]);
      expect(warnings).toEqual([expect.stringContaining(advice)]);
      await vi.waitFor(() => expect(lab.lists(MANIFESTS)).toHaveLength(5));
    },
  );

  it('reports no change while lists cannot be read either', async () => {
    await watch();
    const many = Array.from({ length: 30 }, () => faults.unavailable);
    lab.storage.answerNext({}, ...many);
    lab.storage.cutWatches();
    await vi.waitFor(() => expect(clock.asleep).toBe(3));
    clock.wakeAll();
    await vi.waitFor(() => expect(clock.slept.length).toBe(6));

    expect(changed).toEqual([]);
  });
});

interface RejectedCase {
  readonly status: number;
  readonly advice: string;
}
