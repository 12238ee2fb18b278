import { nodeClock, type RetryClock } from '../../http/retry-clock.ts';
import { ApiClient } from '../../kubernetes/api-client.ts';
import type { ImageScan } from '../../model/image-scan.ts';
import type { Join } from '../join.ts';
import { ListAcceptance, noHistory, type ReadMoment } from '../list-history.ts';
import { type ReadObserver, type ScanRead, SourceError } from '../scan-source.ts';
import { readClusterName } from './cluster-config.ts';
import type { SourceState } from './findings-file.ts';
import { ListPlausibility } from './list-plausibility.ts';
import { ListReader, type Lists } from './list-reader.ts';
import { ManifestReader } from './manifest-reader.ts';
import { readScans } from './read-scans.ts';
import type { SelectedPostures } from './select-postures.ts';
import type { ManifestRef } from './select-targets.ts';
import type { KubescapeSourceOptions } from './source-options.ts';
import type { StateKeeper } from './state-keeper.ts';
import { waitUntilQuiet } from './wait-quiet.ts';

export interface ReadContext {
  readonly observer: ReadObserver;
  readonly signal: AbortSignal;
  readonly keeper: StateKeeper;
  /** Whether the agent's schedule triggered the read. */
  readonly isScheduled: boolean;
  /** Whether unchanged lists may be reused. */
  readonly isChangeOnly: boolean;
  readonly lists: Lists;
}

const noTargets: Join<ManifestRef> = {
  targets: [],
  replaced: new Set(),
  undated: new Set(),
  unreferenced: [],
  dangling: [],
  inventory: { clusters: [], targets: [], unscanned: [], danglingReferences: 0 },
};

/** One read of a cluster: first the lists, then each manifest that changed. */
export class ClusterRead {
  readonly #options: KubescapeSourceOptions;
  readonly #context: ReadContext;
  readonly #client: ApiClient;
  readonly #clock: RetryClock;
  #lists: ListAcceptance;
  #plausibility: ListPlausibility;

  constructor(options: KubescapeSourceOptions, context: ReadContext) {
    this.#options = options;
    this.#context = context;
    this.#client = new ApiClient(options);
    this.#clock = options.clock ?? nodeClock;
    this.#lists = new ListAcceptance(noHistory, this.#moment());
    this.#plausibility = new ListPlausibility(this.#lists);
  }

  /** @throws {SourceError} Neither vulnerabilities nor configuration scans could be read. */
  async start(): Promise<ScanRead> {
    const { tracker } = this.#options;
    try {
      const read = await this.#start();
      tracker?.endRead(true);
      return read;
    } catch (error) {
      tracker?.endRead(false);
      throw error;
    }
  }

  async #start(): Promise<ScanRead> {
    const { observer, keeper } = this.#context;
    await this.#waitUntilQuiet();
    const state = await keeper.load((message) => observer.warn(message));
    this.#lists = new ListAcceptance(state.lists, this.#moment());
    this.#plausibility = new ListPlausibility(this.#lists);
    const lists = new ListReader(this.#options, {
      ...this.#context,
      client: this.#client,
      plausibility: this.#plausibility,
      isFirst: keeper.isFirst,
    });
    const vulnerabilities = await lists.readVulnerabilities();
    const postures = await lists.readPostures();
    // Saved now, because this run may fail, and later runs need the time of the first rejection.
    if (this.#lists.hasRejected) await this.#save(state);
    const join = vulnerabilities ?? noTargets;
    this.#report(join, postures?.selected ?? 0);
    const cluster = await this.#configuredName();
    const inventory = { ...join.inventory, clusters: clusterNames(cluster, join, postures) };
    const scans = this.#scans(join, { state, isComplete: vulnerabilities !== undefined });
    const ahead = this.#options.readsAhead ? await collect(scans) : undefined;
    return {
      inventory,
      kinds: this.#plausibility.kinds,
      gaps: lists.gaps,
      async *scans() {
        yield* ahead ?? scans;
      },
      postures: async function* all() {
        yield* postures?.postures() ?? [];
      },
    };
  }

  #moment(): ReadMoment {
    const { now = Date.now } = this.#options;
    return { nowMs: now(), isScheduled: this.#context.isScheduled };
  }

  /**
   * The name in Kubescape's configuration, or its last known value. Scan results cannot replace it
   * after an error, because they may contain a different name.
   */
  async #configuredName(): Promise<string | undefined> {
    const { needsClusterName, namespace } = this.#options;
    const { signal, keeper } = this.#context;
    if (!needsClusterName) return undefined;
    const result = await readClusterName(this.#client, namespace, signal);
    if (result.status === 'ok') {
      keeper.clusterName = result.name;
    } else if (keeper.clusterName === undefined) {
      throw new SourceError(
        `cannot read the cluster's name from Kubescape's configuration: ${result.message}; set it with --cluster`,
      );
    }
    return keeper.clusterName;
  }

  async #waitUntilQuiet(): Promise<void> {
    const { waitQuietMs: quietMs, waitTimeoutMs: timeoutMs } = this.#options;
    const { namespace, kinds } = this.#options;
    const { observer, signal } = this.#context;
    if (quietMs === undefined) return;
    const { isQuiet, changes } = await waitUntilQuiet({
      client: this.#client,
      namespace,
      kinds,
      clock: this.#clock,
      quietMs,
      timeoutMs,
      signal,
    });
    if (isQuiet) return;
    observer.warn(
      `scan results were still changing after ${timeoutMs / 1000} s (${changes} ${changes === 1 ? 'change' : 'changes'}); scans may be incomplete`,
    );
  }

  /** @throws {SourceError} No results were found, although some were requested. */
  #report(join: Join<ManifestRef>, postures: number): void {
    const { kinds } = this.#plausibility;
    const down = kinds.filter(({ isUp }) => !isUp);
    const { unscanned } = join.inventory;
    const isEmpty = join.targets.length + unscanned.length + postures === 0;
    // A shard may be empty, unless no kind can be read. If no kinds are requested, an empty result is correct.
    const mayBeEmpty = this.#options.shard !== undefined && down.length < kinds.length;
    if (isEmpty && !mayBeEmpty && kinds.length > 0) throw new SourceError(this.#describeNothing());
    for (const { message } of down) this.#context.observer.warn(message);
  }

  #describeNothing(): string {
    const down = this.#plausibility.kinds.filter(({ isUp }) => !isUp);
    if (down.length > 0) return [...new Set(down.map(({ message }) => message))].join('; ');
    return `${this.#client.server} has no Kubescape scan results that pass the filters; has a scan run?`;
  }

  #scans(
    join: Join<ManifestRef>,
    { state, isComplete }: { state: SourceState; isComplete: boolean },
  ): AsyncGenerator<ImageScan> {
    const { observer, signal, keeper } = this.#context;
    const { isFirst } = keeper;
    const { cache } = state;
    const client = this.#client;
    return readScans(join, {
      reader: new ManifestReader({ ...this.#options, client, cache, observer, signal, isFirst }),
      cache,
      concurrency: this.#options.concurrency,
      clock: this.#clock,
      observer,
      isComplete,
      isChanged: this.#lists.isChanged,
      save: async () => this.#save(state),
    });
  }

  async #save({ cache }: SourceState): Promise<void> {
    const { observer, keeper } = this.#context;
    const state = { cache, lists: this.#lists.history };
    await keeper.save(state, (message) => observer.warn(message));
  }
}

/** Needs little memory, because the findings stay in the cache. */
async function collect(scans: AsyncIterable<ImageScan>): Promise<ImageScan[]> {
  const all: ImageScan[] = [];
  for await (const scan of scans) all.push(scan);
  return all;
}

/**
 * Prefers the name in Kubescape's configuration, then those in summaries. Configuration scans come
 * last, because the storage never removes outdated ones of some kinds.
 */
function clusterNames(
  configured: string | undefined,
  { inventory: { clusters } }: Join<ManifestRef>,
  postures: SelectedPostures | undefined,
): readonly string[] {
  if (configured !== undefined) return [configured];
  return clusters.length > 0 ? clusters : (postures?.clusters ?? []);
}
