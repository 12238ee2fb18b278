import { type ListAcceptance, WHEN_ACCEPTED } from '../list-history.ts';
import { type KindState, kindDown } from './kind-state.ts';
import type { IndexedManifest } from './manifest-index.ts';
import type { SummaryList } from './read-summaries.ts';
import type { StorageKind } from './storage-api.ts';
import { isLikelyTruncated } from './truncated-list.ts';

export interface ListSize {
  /** Number of objects, including skipped ones but not those that the server could not read. */
  readonly listed: number;
  /** Whether the last page was empty, and the page before it was also empty when requested again. */
  readonly endsEmpty: boolean;
}

/**
 * Detects lists that the server truncated. After a database error, the server answers 200 with an
 * empty list or page, so each list is compared with the last run's and with the other lists. A kind
 * whose list is implausible is down for this run: no value is better than a wrong one.
 */
export class ListPlausibility {
  readonly #acceptance: ListAcceptance;
  readonly #kinds: KindState[] = [];

  constructor(acceptance: ListAcceptance) {
    this.#acceptance = acceptance;
  }

  get kinds(): readonly KindState[] {
    return this.#kinds;
  }

  add(...states: readonly KindState[]): void {
    this.#kinds.push(...states);
  }

  /** Compares a list with the last accepted one. Returns false if it is probably truncated. */
  accept(kind: StorageKind, size: ListSize): boolean {
    const message = this.describeTruncated(kind, size);
    if (message !== undefined) this.#switchOff(kind, message);
    return message === undefined;
  }

  /**
   * Compares a list in the same way as `accept`. Returns why the list is probably truncated, otherwise
   * `undefined`.
   */
  describeTruncated(kind: StorageKind, { listed, endsEmpty }: ListSize): string | undefined {
    const before = this.#acceptance.before(kind);
    const lacksPages = endsEmpty && before !== undefined && listed < before;
    const isShort = lacksPages || isLikelyTruncated(listed, before);
    if (this.#acceptance.accept(kind, listed, isShort)) return undefined;
    const what = lacksPages ? `ended with an empty page after ${listed}` : `has ${listed}`;
    return `the list ${what} objects, down from ${before} in the last run; ${WHEN_ACCEPTED}`;
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
      const message = `the list is empty, although ${summaries.length} summaries reference manifests`;
      this.#switchOff('vulnerabilitymanifests', message);
      return false;
    }
    if (summaries.length > 0 || unscanned.length > 0) return true;
    const images = manifests.filter(({ isFiltered }) => !isFiltered).length;
    if (images === 0) return true;
    const message = `the list has no usable objects, although there are manifests for ${images} images`;
    this.#switchOff('vulnerabilitymanifestsummaries', message);
    return false;
  }

  #switchOff(kind: StorageKind, message: string): void {
    const index = this.#kinds.findIndex((state) => state.kind === kind);
    this.#kinds[index] = kindDown(kind, { status: 'failed', message });
  }
}
