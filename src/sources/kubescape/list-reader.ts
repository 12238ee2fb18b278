import type { ApiClient } from '../../kubernetes/api-client.ts';
import type { ResultGap } from '../../model/result-gap.ts';
import { type Join, joinScans } from '../join.ts';
import { missingFindings } from '../missing-findings.ts';
import { PostureStore } from '../posture-store.ts';
import type { ReadObserver } from '../scan-source.ts';
import { OLDER_THAN_SUMMARY } from '../skipped-report.ts';
import type { ChangeTracker } from './change-tracker.ts';
import type { ListResult } from './list-context.ts';
import type { ListPlausibility, ListSize } from './list-plausibility.ts';
import { type ManifestIndex, readManifestIndex, readSummaryList } from './read-lists.ts';
import { type PostureList, readPostureList } from './read-posture.ts';
import type { SummaryList } from './read-summaries.ts';
import { type SelectedPostures, selectPostures } from './select-postures.ts';
import { type ManifestRef, selectTargets } from './select-targets.ts';
import type { KubescapeSourceOptions } from './source-options.ts';
import type { StateKeeper } from './state-keeper.ts';
import { POSTURE_DETAIL_KIND, POSTURE_KIND } from './storage-api.ts';
import { toManifests } from './to-manifests.ts';
import { type ReadList, TrackedList } from './tracked-list.ts';
import { passesFilter } from './workload-filter.ts';

/** The lists of earlier reads. */
export interface Lists {
  readonly summaries: TrackedList<SummaryList & ListSize>;
  readonly manifests: TrackedList<ManifestIndex>;
  readonly postures: TrackedList<PostureList>;
  readonly postureDetails: TrackedList<PostureList>;
}

export function createLists(tracker: ChangeTracker | undefined): Lists {
  return {
    summaries: new TrackedList('vulnerabilitymanifestsummaries', tracker),
    manifests: new TrackedList('vulnerabilitymanifests', tracker),
    postures: new TrackedList(POSTURE_KIND, tracker),
    postureDetails: new TrackedList(POSTURE_DETAIL_KIND, tracker),
  };
}

export interface ListReaderContext {
  readonly client: ApiClient;
  readonly observer: ReadObserver;
  readonly signal: AbortSignal;
  readonly plausibility: ListPlausibility;
  readonly lists: Lists;
  readonly keeper: StateKeeper;
  /** Whether unchanged lists may be reused. */
  readonly isChangeOnly: boolean;
  /** Whether nothing is known about earlier runs. */
  readonly isFirst: boolean;
}

interface Details {
  readonly store: PostureStore;
  /** Absent if reading the details failed in this run. */
  readonly fingerprint: string | undefined;
}

/** Reads the lists of one run, joins them, and selects the objects of this push. */
export class ListReader {
  readonly #options: KubescapeSourceOptions;
  readonly #context: ListReaderContext;
  gaps: readonly ResultGap[] = [];

  constructor(options: KubescapeSourceOptions, context: ListReaderContext) {
    this.#options = options;
    this.#context = context;
  }

  /** Returns `undefined` if the lists are unavailable or not needed. */
  async readVulnerabilities(): Promise<Join<ManifestRef> | undefined> {
    const { filter, shard, kinds } = this.#options;
    if (!kinds.includes('vulnerabilitymanifestsummaries')) return undefined;
    const { lists, plausibility } = this.#context;
    const [summaries, index] = await Promise.all([
      this.#list(lists.summaries, readSummaryList),
      this.#list(lists.manifests, readManifestIndex),
    ]);
    plausibility.add(summaries.state, index.state);
    if (summaries.value === undefined || index.value === undefined) return undefined;
    const { manifests } = index.value;
    const isPlausible = [
      plausibility.accept('vulnerabilitymanifestsummaries', summaries.value),
      plausibility.accept('vulnerabilitymanifests', index.value),
    ].every(Boolean);
    if (!isPlausible || !plausibility.acceptTogether(summaries.value, manifests)) {
      lists.summaries.discard();
      lists.manifests.discard();
      return undefined;
    }
    lists.summaries.accept();
    lists.manifests.accept();
    const input = {
      ...toManifests(manifests, this.#options),
      ...summaries.value,
      // Manifests in a cluster have creation dates, and it is not worth reading two of them only to
      // compare them.
      contentOf: () => '',
    };
    const join = joinScans(input);
    this.gaps = missingFindings(join, (container) => passesFilter(filter, container));
    return selectTargets(join, { filter, shard });
  }

  /** Returns `undefined` if the list of summaries is unavailable or not needed. */
  async readPostures(): Promise<SelectedPostures | undefined> {
    const { filter, shard, kinds } = this.#options;
    if (!kinds.includes(POSTURE_KIND)) return undefined;
    const { lists, plausibility, observer, keeper } = this.#context;
    const list = await this.#list(lists.postures, async (context, last) =>
      readPostureList(context, {
        kind: POSTURE_KIND,
        last: async () => last?.store ?? (await keeper.loadPostures())?.summaries,
      }),
    );
    plausibility.add(list.state);
    if (list.value === undefined) return undefined;
    if (!plausibility.accept(POSTURE_KIND, list.value)) {
      lists.postures.discard();
      return undefined;
    }
    lists.postures.accept();
    const summaries = list.value.store;
    const details = await this.#readDetails();
    if (details.fingerprint !== undefined) {
      const fingerprint = `${list.fingerprint ?? ''} ${details.fingerprint}`;
      await keeper.savePostures(
        { summaries, details: details.store },
        { fingerprint, warn: (message) => observer.warn(message) },
      );
    }
    const store = summaries.withDetails(details.store);
    for (const key of store.staleDetails()) {
      const where = `${POSTURE_DETAIL_KIND} ${key}`;
      observer.skipped({ reason: 'stale_details', where, message: OLDER_THAN_SUMMARY });
    }
    return selectPostures(store, { filter, shard });
  }

  /**
   * Returns no details if they are unavailable or not needed, so that the summaries decide. If details
   * fail only in this run, numbers would go up now and down again later, so a failure is a gap.
   */
  async #readDetails(): Promise<Details> {
    const none = new PostureStore();
    if (!this.#options.kinds.includes(POSTURE_DETAIL_KIND)) return { store: none, fingerprint: '' };
    const { lists, plausibility, keeper } = this.#context;
    const { state, value, fingerprint } = await this.#list(
      lists.postureDetails,
      async (context, last) =>
        readPostureList(context, {
          kind: POSTURE_DETAIL_KIND,
          last: async () => last?.store ?? (await keeper.loadPostures())?.details,
        }),
    );
    const truncated = value && plausibility.describeTruncated(POSTURE_DETAIL_KIND, value);
    if (truncated === undefined && !state.hasFailed) {
      lists.postureDetails.accept();
      return { store: value?.store ?? none, fingerprint };
    }
    lists.postureDetails.discard();
    const reason =
      truncated === undefined
        ? state.message
        : `${POSTURE_DETAIL_KIND} cannot be read: ${truncated}`;
    const message = `posture metrics are left out of this run, because the newest results of controls are unknown: ${reason}`;
    this.gaps = [...this.gaps, { groups: ['postures'], message }];
    return { store: none, fingerprint: undefined };
  }

  async #list<Value>(
    tracked: TrackedList<Value>,
    list: ReadList<Value>,
  ): Promise<ListResult<Value>> {
    const { client, observer, signal, isFirst, isChangeOnly: canReuse } = this.#context;
    const { namespace, needsRelevance } = this.#options;
    const context = { client, observer, namespace, signal, isFirst, needsRelevance };
    return tracked.read(context, { list, canReuse });
  }
}
