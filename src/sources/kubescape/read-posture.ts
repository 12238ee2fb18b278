import { FormatError } from '../../formats/format-error.ts';
import { readScanResult, type ScanResult } from '../../formats/scan-result.ts';
import type { PostureReport } from '../../formats/workload-configuration-scan-summary.ts';
import { collectList } from '../../kubernetes/collect-list.ts';
import { PostureStore } from '../posture-store.ts';
import type { ReadObserver } from '../scan-source.ts';
import { type SkipReason, WITHOUT_CONTROLS } from '../skipped-report.ts';
import { type KindState, kindUp, kindWithoutSpecs } from './kind-state.ts';
import { failedList, type ListContext, type ListResult } from './list-context.ts';
import { LISTED_TWICE, objectName } from './list-item.ts';
import type { ListSize } from './list-plausibility.ts';
import { ListVersions } from './list-versions.ts';
import {
  DETAIL_PAGE,
  FULL_PAGE,
  FULL_SPEC,
  POSTURE_DETAIL_KIND,
  POSTURE_KIND,
  storagePath,
} from './storage-api.ts';
import { UNREADABLE, UnreadableObjects } from './unreadable-objects.ts';

export interface PostureList extends ListSize {
  /** The reports, one per resource. */
  readonly store: PostureStore;
}

/**
 * The kind of configuration scans to read: summaries, or detail objects with the results of their rules.
 */
type PostureKind = typeof POSTURE_KIND | typeof POSTURE_DETAIL_KIND;

interface PostureRequest {
  readonly kind: PostureKind;
  /** Returns the reports of the last run, for objects that are unreadable now. */
  readonly last: () => Promise<PostureStore | undefined>;
}

/** Number of objects per page. A detail object can contain a whole resource. */
const pageSizes = { [POSTURE_KIND]: FULL_PAGE, [POSTURE_DETAIL_KIND]: DETAIL_PAGE } as const;

/**
 * Reads the configuration scans of all namespaces. Keeps only the statuses of controls, so at most two
 * pages of objects are in memory.
 */
export async function readPostureList(
  context: ListContext,
  { kind, last }: PostureRequest,
): Promise<ListResult<PostureList>> {
  const { client, observer, signal, isFirst } = context;
  const collector = new PostureCollector(kind, observer);
  const versions = new ListVersions();
  const result = await collectList(
    client,
    { path: storagePath(kind), query: FULL_SPEC, limit: pageSizes[kind] },
    {
      signal,
      onPage(items) {
        versions.add(items);
        collector.addPage(items);
      },
    },
  );
  if (result.status !== 'ok') return failedList(kind, result);
  const down = collector.downIfUnusable();
  if (down !== undefined) return { state: down, fingerprint: versions.fingerprint() };
  const unreadable = await collector.unreadable.find(context, versions);
  const known = unreadable.length > 0 ? await last() : undefined;
  for (const { name } of unreadable) {
    collector.addUnreadable(name, { last: known?.get(name), isFirst });
  }
  const { store, listed } = collector;
  const value = { store, listed, ...result.value };
  return { state: kindUp(kind), value, fingerprint: versions.fingerprint() };
}

/** Collects configuration scans page by page. */
class PostureCollector {
  readonly store = new PostureStore();
  readonly #kind: PostureKind;
  readonly #observer: ReadObserver;
  readonly #unreadable: UnreadableObjects;
  #listed = 0;
  #withoutSpec = 0;

  constructor(kind: PostureKind, observer: ReadObserver) {
    this.#kind = kind;
    this.#observer = observer;
    this.#unreadable = new UnreadableObjects(kind, observer);
  }

  get listed(): number {
    return this.#listed;
  }

  addPage(items: readonly unknown[]): void {
    for (const item of items) this.#add(item);
  }

  /** Returns the kind as down if the list is certainly wrong. */
  downIfUnusable(): KindState | undefined {
    if (this.#withoutSpec > 0 && this.store.size === 0) return kindWithoutSpecs(this.#kind);
    return this.#unreadable.downIfNoneReadable(this.#listed);
  }

  get unreadable(): UnreadableObjects {
    return this.#unreadable;
  }

  /**
   * Adds the last known results of an unreadable object.
   *
   * @param isFirst Whether an earlier process may have sent results that are unknown now.
   */
  addUnreadable(
    name: string,
    { last, isFirst }: { readonly last: PostureReport | undefined; readonly isFirst: boolean },
  ): void {
    this.#listed++;
    if (last !== undefined) this.store.add(last);
    const isCovered = last !== undefined || !isFirst;
    const where = `${this.#kind} ${name}`;
    this.#observer.skipped({ reason: 'unreadable', where, message: UNREADABLE, isCovered });
  }

  #add(item: unknown): void {
    const name = objectName(item);
    if (name === undefined) {
      this.#unreadable.add();
      return;
    }
    this.#listed++;
    try {
      this.#addResult(readScanResult(item), name);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#skip('invalid_shape', name, error.message);
    }
  }

  #addResult(result: ScanResult, name: string): void {
    if (result.type === 'posture') {
      const isDuplicate = this.store.add(result.report);
      if (isDuplicate) this.#skip('duplicate', name, LISTED_TWICE);
      else this.#observer.read();
      return;
    }
    // A stub on a later page replaces the controls on an earlier one.
    if (this.store.remove(name)) this.#skip('duplicate', name, LISTED_TWICE);
    if (result.type === 'posture-without-controls') {
      this.#skip('no_controls', name, WITHOUT_CONTROLS);
      return;
    }
    this.#withoutSpec++;
    this.#skip('stub', name, 'the scan contains no control results');
  }

  #skip(reason: SkipReason, name: string, message: string): void {
    this.#observer.skipped({ reason, where: `${this.#kind} ${name}`, message });
  }
}
