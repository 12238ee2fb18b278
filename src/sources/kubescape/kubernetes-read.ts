import { nodeClock, type RetryClock } from '../../http/retry-clock.ts';
import { ApiClient } from '../../kubernetes/api-client.ts';
import type { ImageScan } from '../../model/image-scan.ts';
import { type Join, type JoinableManifest, type JoinInput, joinScans } from '../join.ts';
import { type ReadObserver, type ScanRead, SourceError } from '../scan-source.ts';
import type { SourceState } from './cache-file.ts';
import { readClusterName } from './cluster-config.ts';
import { KnownItems } from './known-items.ts';
import type { KnownLists } from './known-lists.ts';
import { ListPlausibility } from './list-plausibility.ts';
import { lookAhead } from './look-ahead.ts';
import type { IndexedManifest } from './manifest-index.ts';
import { ManifestReader } from './manifest-reader.ts';
import { type ListContext, readManifestIndex, readSummaryList } from './read-lists.ts';
import { type PostureList, readPostureList } from './read-posture.ts';
import type { UsableSummary } from './read-summaries.ts';
import { type ManifestRef, selectTargets } from './select-targets.ts';
import type { KubernetesSourceOptions } from './source-options.ts';
import type { StateKeeper } from './source-state.ts';
import { POSTURE_KIND } from './storage-api.ts';
import { waitUntilQuiet } from './wait-quiet.ts';

export interface ReadContext {
  readonly observer: ReadObserver;
  readonly signal: AbortSignal;
  readonly keeper: StateKeeper;
}

/** Milliseconds of reading that are lost at most where a run is killed. */
const SAVE_EVERY_MS = 30_000;

/** What the lists of this read say, beside what is known of those before. */
interface NewLists {
  readonly summaries: KnownItems<UsableSummary>;
  readonly manifests: KnownItems<IndexedManifest>;
}

const noTargets: Join<ManifestRef> = {
  targets: [],
  dangling: [],
  inventory: { clusters: [], targets: [], unscanned: [], danglingReferences: 0 },
};

/** One read of the cluster: lists first, then the manifests that changed, one by one. */
export class KubernetesRead {
  readonly #options: KubernetesSourceOptions;
  readonly #context: ReadContext;
  readonly #client: ApiClient;
  readonly #clock: RetryClock;
  #judged = new ListPlausibility({});
  /** What the lists said, if they could be read, and whether that is anything new. */
  #lists: NewLists | undefined;
  #isNew = false;

  constructor(options: KubernetesSourceOptions, context: ReadContext) {
    this.#options = options;
    this.#context = context;
    this.#client = new ApiClient(options);
    this.#clock = options.clock ?? nodeClock;
  }

  /** @throws {SourceError} Neither vulnerabilities nor configuration scans could be read. */
  async start(): Promise<ScanRead> {
    const { observer, keeper } = this.#context;
    await this.#waitUntilQuiet();
    const state = await keeper.load((message) => observer.warn(message));
    this.#judged = new ListPlausibility(state.listed);
    const vulnerabilities = await this.#listVulnerabilities(state);
    const postures = await this.#listPostures();
    if (this.#judged.isDoubted) await this.#save(state);
    const join = vulnerabilities ?? noTargets;
    this.#report(join, postures?.wanted ?? 0);
    const cluster = await this.#configuredName();
    const inventory = { ...join.inventory, clusters: namesOf(cluster, join, postures) };
    const scans = this.#scans(join, { state, isWhole: vulnerabilities !== undefined });
    const ahead = this.#options.readsAhead ? await collect(scans) : undefined;
    return {
      inventory,
      kinds: this.#judged.kinds,
      async *scans() {
        yield* ahead ?? scans;
      },
      postures: async function* all() {
        yield* postures?.postures() ?? [];
      },
    };
  }

  /** Other places may name the cluster otherwise, so they are no help where this one fails. */
  async #configuredName(): Promise<string | undefined> {
    const { needsClusterName, namespace } = this.#options;
    const { signal, keeper } = this.#context;
    if (!needsClusterName) return undefined;
    const result = await readClusterName(this.#client, namespace, signal);
    if (result.status === 'ok') {
      keeper.clusterName = result.name;
    } else if (keeper.clusterName === undefined) {
      throw new SourceError(
        `the name of the cluster cannot be read: ${result.message}; what is configured as cluster need not be`,
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
      `scan results were still changing after ${timeoutMs / 1000} s (${changes} times): a scan may not be complete`,
    );
  }

  async #listVulnerabilities(state: SourceState): Promise<Join<ManifestRef> | undefined> {
    const { filter, shard, kinds } = this.#options;
    if (!kinds.includes('vulnerabilitymanifestsummaries')) return undefined;
    const known = {
      summaries: new KnownItems(state.lists.summaries),
      manifests: new KnownItems(state.lists.manifests),
    };
    // Side by side: the names of manifests do not wait in the server's queue.
    const [summaries, index] = await Promise.all([
      readSummaryList(this.#listContext(), known.summaries),
      readManifestIndex(this.#listContext(), known.manifests),
    ]);
    this.#judged.add(summaries.state, index.state);
    if (summaries.value === undefined || index.value === undefined) return undefined;
    this.#lists = known;
    this.#isNew = known.summaries.isChanged || known.manifests.isChanged;
    const isBelieved = [
      this.#judged.accept('vulnerabilitymanifestsummaries', summaries.value),
      this.#judged.accept('vulnerabilitymanifests', index.value),
    ].every(Boolean);
    const { manifests } = index.value;
    if (!isBelieved || this.#judged.contradict(summaries.value, manifests)) return undefined;
    const input = { ...toManifests(manifests, this.#options), ...summaries.value };
    return selectTargets(joinScans(input), { filter, shard });
  }

  async #listPostures(): Promise<PostureList | undefined> {
    const { filter, shard, kinds } = this.#options;
    if (!kinds.includes(POSTURE_KIND)) return undefined;
    const list = await readPostureList(this.#listContext(), { filter, shard });
    this.#judged.add(list.state);
    if (list.value === undefined) return undefined;
    return this.#judged.accept(POSTURE_KIND, list.value) ? list.value : undefined;
  }

  #listContext(): ListContext {
    const { observer, signal } = this.#context;
    return { client: this.#client, observer, namespace: this.#options.namespace, signal };
  }

  #report(join: Join<ManifestRef>, postures: number): void {
    const { kinds } = this.#judged;
    const down = kinds.filter(({ isUp }) => !isUp);
    const isEmpty = join.targets.length === 0 && postures === 0;
    // A shard may have nothing to do; a cluster of which nothing can be read is another thing.
    const mayBeEmpty = this.#options.shard !== undefined && down.length < kinds.length;
    // Who asks for nothing gets it.
    if (isEmpty && !mayBeEmpty && kinds.length > 0) throw new SourceError(this.#describeNothing());
    for (const { message } of down) this.#context.observer.warn(message);
  }

  #describeNothing(): string {
    const down = this.#judged.kinds.filter(({ isUp }) => !isUp).map(({ message }) => message);
    const { server } = this.#client;
    if (down.length > 0) return [...new Set(down)].join('; ');
    return `${server} has no scan results of Kubescape in reach of the filters; has a scan been done?`;
  }

  async *#scans(
    join: Join<ManifestRef>,
    { state, isWhole }: { state: SourceState; isWhole: boolean },
  ): AsyncGenerator<ImageScan> {
    const { observer, signal } = this.#context;
    const { cache } = state;
    const reader = new ManifestReader({
      ...this.#options,
      client: this.#client,
      cache,
      observer,
      signal,
    });
    let saved = 0;
    let savedMs = this.#clock.now();
    let isChanged = this.#isNew || this.#judged.isChanged;
    try {
      for await (const scan of this.#readAll(join, reader)) {
        if (scan !== undefined) yield scan;
        // A first read may take longer than it is given; the next one then goes on from here.
        if (reader.fetched === saved || this.#clock.now() - savedMs < SAVE_EVERY_MS) continue;
        saved = reader.fetched;
        await this.#save(state);
        savedMs = this.#clock.now();
      }
      // What a list that failed does not name is not gone.
      isChanged = (isWhole && cache.keepOnly(namesIn(join))) || isChanged;
    } finally {
      // Also of a read that was stopped, or that failed half-way.
      if (reader.fetched > saved || isChanged) await this.#save(state);
    }
  }

  async *#readAll(
    { targets }: Join<ManifestRef>,
    reader: ManifestReader,
  ): AsyncGenerator<ImageScan | undefined> {
    const { observer } = this.#context;
    const total = targets.length;
    let done = 0;
    const scans = lookAhead(targets, this.#options.concurrency, async (target) =>
      reader.read(target),
    );
    for await (const scan of scans) {
      const { bytes, fetched: changed } = reader;
      observer.progress({ unit: 'images', done: ++done, total, bytes, changed });
      yield scan;
    }
  }

  async #save({ cache, lists }: SourceState): Promise<void> {
    const { observer, keeper } = this.#context;
    const state = { cache, listed: this.#judged.listed, lists: currentOf(this.#lists) ?? lists };
    await keeper.save(state, (message) => observer.warn(message));
  }
}

/** Put together only to be kept. */
function currentOf(lists: NewLists | undefined): KnownLists | undefined {
  if (lists === undefined) return undefined;
  return { summaries: lists.summaries.current, manifests: lists.manifests.current };
}

/** Little, as the findings themselves stay in the cache. */
async function collect(scans: AsyncIterable<ImageScan>): Promise<ImageScan[]> {
  const all: ImageScan[] = [];
  for await (const scan of scans) all.push(scan);
  return all;
}

/** Manifests of relevant findings are left out of all that is asked for, unless they are wanted. */
function toManifests(
  index: readonly IndexedManifest[],
  { needsRelevance }: KubernetesSourceOptions,
): Pick<JoinInput<ManifestRef>, 'manifests' | 'relevant'> {
  const manifests: JoinableManifest<ManifestRef>[] = [];
  const relevant = new Map<string, ManifestRef>();
  for (const { name, image, changeKey, isFiltered } of index) {
    const ref = { name, changeKey };
    if (isFiltered) relevant.set(name, ref);
    else manifests.push({ name, image, ref });
  }
  return { manifests, ...(needsRelevance && { relevant }) };
}

/** Names of all manifests that a join reads. */
function namesIn({ targets }: Join<ManifestRef>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { target, ref, relevant } of targets) {
    names.add(ref.name);
    for (const container of target.containers) {
      const filtered = relevant.get(container);
      if (filtered !== undefined) names.add(filtered.name);
    }
  }
  return names;
}

/** Kubescape's own configuration says it best, then the summaries, then what is never cleaned up. */
function namesOf(
  configured: string | undefined,
  { inventory: { clusters } }: Join<ManifestRef>,
  postures: PostureList | undefined,
): readonly string[] {
  if (configured !== undefined) return [configured];
  return clusters.length > 0 ? clusters : (postures?.clusters ?? []);
}
