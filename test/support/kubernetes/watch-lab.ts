import { afterEach, beforeEach, vi } from 'vitest';

import type { RetryClock } from '../../../src/http/retry-clock.ts';
import { createAbortControllerWithoutListenerLimit } from '../../../src/http/unlimited-abort-controller.ts';
import { ApiClient } from '../../../src/kubernetes/api-client.ts';
import type { ClusterAccess } from '../../../src/kubernetes/cluster-access.ts';
import { createKubeconfigAccess } from '../../../src/kubernetes/login/kubeconfig-access.ts';
import { ChangeTracker } from '../../../src/sources/kubescape/change-tracker.ts';
import { fingerprint } from '../../../src/sources/kubescape/fingerprint.ts';
import { POSTURE_DETAIL_KIND, storageKinds } from '../../../src/sources/kubescape/storage-api.ts';
import { watchChanges } from '../../../src/sources/kubescape/watch-changes.ts';
import { writeKubeconfig } from '../fake-storage/kubeconfig.ts';
import { type KubernetesLab, useLab } from './lab.ts';
import { smallCluster } from './small-cluster.ts';

/** Details of configuration scans are watched like their summaries. */
const watchedKinds = storageKinds.filter((kind) => kind !== POSTURE_DETAIL_KIND);

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

/** Watches of a small cluster. Their pauses end when the test decides. */
export class WatchLab {
  readonly clock = new PausedClock();
  readonly tracker = new ChangeTracker();
  readonly changed: string[] = [];
  readonly warnings: string[] = [];
  readonly #lab: KubernetesLab;
  readonly #stop = createAbortControllerWithoutListenerLimit();
  #access: ClusterAccess | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(lab: KubernetesLab) {
    this.#lab = lab;
    this.tracker.listen((kind) => void this.changed.push(kind));
  }

  /** Reads every list, as a cycle does, and opens the watches. */
  async watch(): Promise<void> {
    await this.readLists();
    await this.start();
    await vi.waitUntil(() => this.isReady());
  }

  async readLists(isSuccessful = true): Promise<void> {
    for (const kind of watchedKinds) {
      this.tracker.beginList(kind);
      const place = { client: await this.#client(), namespace: 'kubescape' } as const;
      const result = await fingerprint({ ...place, kinds: [kind], signal: this.#stop.signal });
      this.tracker.endList(kind, result.status === 'ok' ? result.value : undefined);
    }
    this.tracker.endRead(isSuccessful);
  }

  async start(lifetimeMs?: number): Promise<void> {
    const { clock, tracker } = this;
    this.#ended = watchChanges({
      ...{ clock, tracker, kinds: watchedKinds, namespace: 'kubescape', timeoutMs: 5000 },
      access: await this.#open(),
      client: await this.#client(),
      warn: (message) => void this.warnings.push(message),
      signal: this.#stop.signal,
      ...(lifetimeMs !== undefined && { lifetimeMs }),
    });
  }

  /** Whether all three watches are open, and each kind was listed often enough. */
  isReady(lists = 2): boolean {
    const areListed = watchedKinds.every(
      (kind) => this.#lab.lists(kind).filter(({ status }) => status === 200).length >= lists,
    );
    return this.#lab.storage.watches.count() === 3 && areListed;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #client(): Promise<ApiClient> {
    const access = await this.#open();
    return new ApiClient({ access, timeoutMs: 5000, retryBudgetMs: 0, clock: this.clock });
  }

  async #open(): Promise<ClusterAccess> {
    const { storage, folder } = this.#lab;
    const kubeconfig = writeKubeconfig(storage, { dir: folder, user: { token: 'test' } });
    this.#access ??= await createKubeconfigAccess(
      { kubeconfig, userAgent: 'test/1' },
      this.#stop.signal,
    );
    return this.#access;
  }
}

/** Serves the small cluster, and sets up a lab for each test of the file. */
export function useWatchLab(): { readonly lab: KubernetesLab; readonly watching: () => WatchLab } {
  const lab = useLab();
  let current: WatchLab;
  beforeEach(async () => {
    await lab.serve(smallCluster);
    current = new WatchLab(lab);
  });
  afterEach(async () => current.stop());
  return { lab, watching: () => current };
}
