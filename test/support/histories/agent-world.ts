import { setImmediate as nextTurn } from 'node:timers/promises';

import { AgentLoop } from '../../../src/agent/agent-loop.ts';
import { AgentWork } from '../../../src/agent/agent-work.ts';
import { Planner } from '../../../src/agent/planner.ts';
import { type CycleOptions, runCycle } from '../../../src/cycle/run-cycle.ts';
import type { RetryClock } from '../../../src/http/retry-clock.ts';
import { createAbortControllerWithoutListenerLimit } from '../../../src/http/unlimited-abort-controller.ts';
import { ApiClient } from '../../../src/kubernetes/api-client.ts';
import type { ClusterAccess } from '../../../src/kubernetes/cluster-access.ts';
import { selectRows } from '../../../src/metrics/selection/select-rows.ts';
import { ChangeTracker } from '../../../src/sources/kubescape/change-tracker.ts';
import { createKubescapeSource } from '../../../src/sources/kubescape/kubescape-source.ts';
import { storageKinds } from '../../../src/sources/kubescape/storage-api.ts';
import { watchChanges } from '../../../src/sources/kubescape/watch-changes.ts';
import { FakeClock } from '../agent/fake-clock.ts';
import { silent } from '../agent/fake-cycle.ts';
import { ClusterModel } from './cluster-model.ts';
import { LocalStorage } from './local-storage.ts';
import { SeriesSink, type SeriesValues } from './series-sink.ts';

const START = Date.UTC(2026, 0, 1);
const SECOND = 1000;
const NEVER = 365 * 86_400 * SECOND;

export const QUIET_MS = 30 * SECOND;
/** Longest pause before an agent reopens a watch. */
export const REOPEN_MS = 30 * SECOND;

const common = { namespace: 'kubescape', timeoutMs: 60 * SECOND } as const;
const rows = selectRows({
  groups: ['vulnerabilities', 'scans', 'posture'],
  prefix: 'kubescape_',
  custom: [],
});
const noFilter = {
  includeNamespaces: [],
  excludeNamespaces: [],
  includeWorkloads: [],
  excludeWorkloads: [],
};

/** An agent without a schedule, its cluster and its receiver, in virtual time. */
export class AgentWorld {
  readonly storage = new LocalStorage();
  readonly model = new ClusterModel(this.storage);
  readonly #clock = new FakeClock(START);
  readonly #onEnded: (ended: readonly string[]) => void;
  #sink: SeriesSink;
  #stop = createAbortControllerWithoutListenerLimit();

  /** @param onEnded Called with the series that a push ended. */
  constructor(onEnded: (ended: readonly string[]) => void) {
    this.#onEnded = onEnded;
    this.#sink = this.#createSink();
  }

  /** The series in the receiver. */
  get live(): SeriesValues {
    return this.#sink.live;
  }

  /** Starts an agent that knows nothing of an earlier one. */
  async start(): Promise<void> {
    this.#stop.abort();
    this.#stop = createAbortControllerWithoutListenerLimit();
    this.model.forget();
    this.#sink = this.#createSink();
    const { signal } = this.#stop;
    const tracker = new ChangeTracker();
    const clock = retryClock(this.#clock);
    const work = new AgentWork(
      {
        cycle: cycleOf(this.storage, { sink: this.#sink, clock, tracker }),
        maxResultAgeMs: NEVER,
        intervalMs: NEVER,
      },
      { observer: noObserver, now: this.#clock.now, signal, deliverySignal: signal },
    );
    const planner = new Planner(plan, this.#clock.now());
    const loop = new AgentLoop({ planner, clock: this.#clock, work, observer: noLoopObserver });
    tracker.listen(() => {
      if (!signal.aborted) loop.reportChange();
    });
    signal.addEventListener('abort', () => void loop.stop());
    const client = new ApiClient({ access: this.storage, retryBudgetMs: 0, clock, ...common });
    const place = { access: this.storage, client, clock, tracker, signal, ...common };
    void watchChanges({ ...place, kinds: storageKinds, warn: () => undefined });
    loop.start();
    await this.settle();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.storage.close();
    await this.settle();
  }

  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= SECOND) {
      await this.#clock.advance(Math.min(left, SECOND));
      await this.settle();
    }
  }

  /** Waits until nothing happens any more without time passing. */
  async settle(): Promise<void> {
    for (let idle = 0, last = -1; idle < 8; idle++) {
      await nextTurn();
      if (this.storage.requests !== last) idle = 0;
      last = this.storage.requests;
    }
  }

  #createSink(): SeriesSink {
    return new SeriesSink((ended) => {
      this.#onEnded(ended);
      this.model.forgetUnusedManifests();
    });
  }
}

/** The series of a process that reads a cluster for the first time. */
export async function readFresh(access: ClusterAccess): Promise<SeriesValues> {
  const sink = new SeriesSink(() => undefined);
  const clock = { ...retryClock(new FakeClock(START)), sleep: async () => undefined };
  const { signal } = new AbortController();
  await runCycle(cycleOf(access, { sink, clock }), { observer: silent, signal, now: () => START });
  return sink.live;
}

interface CycleParts {
  readonly sink: SeriesSink;
  readonly clock: RetryClock;
  readonly tracker?: ChangeTracker;
}

function cycleOf(access: ClusterAccess, { sink, clock, tracker }: CycleParts): CycleOptions {
  const source = createKubescapeSource({
    ...{ access, clock, tracker, kinds: storageKinds, filter: noFilter, shard: undefined },
    ...{ needsClusterName: false, needsRelevance: false, readsAhead: true, concurrency: 1 },
    ...{ stateDir: undefined, waitQuietMs: undefined, waitTimeoutMs: 0 },
    ...{ maxDocumentBytes: 2 ** 20, retryBudgetMs: 5 * SECOND },
    ...common,
  });
  const names = { cluster: 'test', version: '1' } as const;
  return { source, sinks: [sink], rows, maxLabelValueBytes: 1024, ...names };
}

const plan = {
  schedule: { nextAfter: (ms: number) => ms + NEVER, intervalMs: NEVER },
  ...{ jitterMs: 0, jitterName: '', changeQuietMs: QUIET_MS, changeMaxWaitMs: 20 * QUIET_MS },
  ...{ resendMs: NEVER, maxResendSamplesPerSecond: undefined },
};

const noObserver = {
  watchCycle: () => ({ observer: silent, end: () => undefined }),
  cycleEnded: () => undefined,
  resent: () => undefined,
  resultsExpired: () => undefined,
};

const noLoopObserver = {
  turnStarted: () => undefined,
  cyclePlanned: () => undefined,
  resendIntervalChanged: () => undefined,
};

function retryClock(clock: FakeClock): RetryClock {
  return {
    now: clock.now,
    random: () => 0.5,
    sleep: async (ms, signal) =>
      new Promise((resolve, reject) => {
        const cancel = clock.setTimer(resolve, ms);
        signal.addEventListener('abort', () => {
          cancel();
          reject(new Error('aborted'));
        });
      }),
  };
}
