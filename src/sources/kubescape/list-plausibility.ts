import { type KindState, kindDown } from './kind-state.ts';
import type { IndexedManifest } from './manifest-index.ts';
import type { SummaryList } from './read-summaries.ts';
import { isShrunken } from './shrunken-list.ts';
import type { StorageKind } from './storage-api.ts';

/** What tells whether a list that was read to its end can be believed. */
export interface ListSize {
  /** Objects in it, usable or not; items that stand for none do not count. */
  readonly listed: number;
  /** Whether the last of its pages was empty, also when it was asked for again. */
  readonly endsEmpty: boolean;
}

/**
 * The kinds of one run, and which of their lists are believed. The server answers an error of its
 * database with an empty list, or an empty page, and 200: what it said in the last run, and what
 * its other lists say, tells such an answer from the truth.
 */
export class ListPlausibility {
  readonly #before: Readonly<Record<string, number>>;
  readonly #kinds: KindState[] = [];
  readonly #listed: Record<string, number> = {};
  #isDoubted = false;

  /** @param before Objects in each list of the last run. */
  constructor(before: Readonly<Record<string, number>>) {
    this.#before = before;
  }

  get kinds(): readonly KindState[] {
    return this.#kinds;
  }

  /** Objects in each list, for the next run. */
  get listed(): Readonly<Record<string, number>> {
    return { ...this.#before, ...this.#listed };
  }

  /** Whether a list is off only until the next run finds the same. */
  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  /** Whether any list has another size than in the last run. */
  get isChanged(): boolean {
    return Object.entries(this.#listed).some(([kind, count]) => this.#before[kind] !== count);
  }

  add(...states: readonly KindState[]): void {
    this.#kinds.push(...states);
  }

  /** A list that shrank at once switches its kind off for this run: no value beats a wrong one. */
  accept(kind: StorageKind, { listed, endsEmpty }: ListSize): boolean {
    this.#listed[kind] = listed;
    const before = this.#before[kind];
    const isCut = endsEmpty && before !== undefined && listed < before;
    if (!isCut && !isShrunken(listed, before)) return true;
    this.#isDoubted = true;
    const what = isCut ? `ends with an empty page after ${listed}` : `has ${listed}`;
    const message = `the list ${what} objects, after ${before} in the last run; if that is true, the next run will accept it`;
    this.#switchOff(kind, message);
    return false;
  }

  /**
   * Whether one list says that there is nothing, and the other that there is something: a scan of a
   * container leaves both, so the empty list can only be an error.
   */
  contradict(
    { summaries, unscanned }: SummaryList,
    manifests: readonly IndexedManifest[],
  ): boolean {
    if (manifests.length === 0 && summaries.length > 0) {
      const message = `the list is empty, although ${summaries.length} summaries refer to its objects`;
      this.#switchOff('vulnerabilitymanifests', message);
      return true;
    }
    if (summaries.length > 0 || unscanned.length > 0) return false;
    const images = manifests.filter(({ isFiltered }) => !isFiltered).length;
    if (images === 0) return false;
    const message = `the list has nothing that can be used, although there are manifests of ${images} images`;
    this.#switchOff('vulnerabilitymanifestsummaries', message);
    return true;
  }

  #switchOff(kind: StorageKind, message: string): void {
    const index = this.#kinds.findIndex((state) => state.kind === kind);
    this.#kinds[index] = kindDown(kind, { status: 'failed', message });
  }
}
