import { type KindState, kindDown } from './kind-state.ts';
import type { IndexedManifest } from './manifest-index.ts';
import type { SummaryList } from './read-summaries.ts';
import type { StorageKind } from './storage-api.ts';
import { isLikelyTruncated } from './truncated-list.ts';

export interface ListSize {
  /** Number of objects, including skipped ones, excluding those the server could not read. */
  readonly listed: number;
  /** Whether the last page was empty, also on the second request. */
  readonly endsEmpty: boolean;
}

/**
 * Detects lists that the server truncated. After an error of its database it answers 200 with an
 * empty list or page, so a list is compared with the last run's and with the other lists. A kind
 * whose list is implausible is down for this run: no value is better than a wrong one.
 */
export class ListPlausibility {
  readonly #before: Readonly<Record<string, number>>;
  readonly #kinds: KindState[] = [];
  readonly #listed: Record<string, number> = {};
  #hasTruncatedList = false;

  /** @param before Number of objects in each list of the last run. */
  constructor(before: Readonly<Record<string, number>>) {
    this.#before = before;
  }

  get kinds(): readonly KindState[] {
    return this.#kinds;
  }

  /** Number of objects in each list, for the next run. */
  get listed(): Readonly<Record<string, number>> {
    return { ...this.#before, ...this.#listed };
  }

  /** Whether `accept` rejected a list. The next run accepts it if it has not changed. */
  get hasTruncatedList(): boolean {
    return this.#hasTruncatedList;
  }

  /** Whether the length of any list has changed since the last run. */
  get isChanged(): boolean {
    return Object.entries(this.#listed).some(([kind, count]) => this.#before[kind] !== count);
  }

  add(...states: readonly KindState[]): void {
    this.#kinds.push(...states);
  }

  /** Compares a list with the last run's. Returns false if it is probably truncated. */
  accept(kind: StorageKind, { listed, endsEmpty }: ListSize): boolean {
    this.#listed[kind] = listed;
    const before = this.#before[kind];
    const lacksPages = endsEmpty && before !== undefined && listed < before;
    if (!lacksPages && !isLikelyTruncated(listed, before)) return true;
    this.#hasTruncatedList = true;
    const what = lacksPages ? `ends with an empty page after ${listed}` : `has ${listed}`;
    const message = `the list ${what} objects, after ${before} in the last run; if that is true, the next run will accept it`;
    this.#switchOff(kind, message);
    return false;
  }

  /**
   * Returns false if one list is empty and the other is not. A scan of a container leaves a summary
   * and a manifest, so the empty list can only be an error.
   */
  acceptTogether(
    { summaries, unscanned }: SummaryList,
    manifests: readonly IndexedManifest[],
  ): boolean {
    if (manifests.length === 0 && summaries.length > 0) {
      const message = `the list is empty, although ${summaries.length} summaries refer to its objects`;
      this.#switchOff('vulnerabilitymanifests', message);
      return false;
    }
    if (summaries.length > 0 || unscanned.length > 0) return true;
    const images = manifests.filter(({ isFiltered }) => !isFiltered).length;
    if (images === 0) return true;
    const message = `the list has no usable object, although there are manifests of ${images} images`;
    this.#switchOff('vulnerabilitymanifestsummaries', message);
    return false;
  }

  #switchOff(kind: StorageKind, message: string): void {
    const index = this.#kinds.findIndex((state) => state.kind === kind);
    this.#kinds[index] = kindDown(kind, { status: 'failed', message });
  }
}
