import { FormatError } from '../../formats/format-error.ts';
import { readScanResult } from '../../formats/scan-result.ts';
import type { PostureReport } from '../../formats/workload-configuration-scan-summary.ts';
import { collectList } from '../../kubernetes/collect-list.ts';
import type { PostureScan } from '../../model/posture-scan.ts';
import { PostureStore } from '../posture-store.ts';
import type { ReadObserver } from '../scan-source.ts';
import { type KindState, kindUp, kindWithoutSpecs } from './kind-state.ts';
import { failedList, type ListContext, type ListResult } from './list-context.ts';
import { LISTED_TWICE, objectName } from './list-item.ts';
import type { ListSize } from './list-plausibility.ts';
import { ListVersions } from './list-versions.ts';
import type { Selection } from './select-targets.ts';
import { isInShard } from './shard.ts';
import { FULL_PAGE, FULL_SPEC, POSTURE_KIND as KIND, storagePath } from './storage-api.ts';
import { UNREADABLE, UnreadableObjects } from './unreadable-objects.ts';
import { passesFilter } from './workload-filter.ts';

export interface PostureList extends ListSize {
  /** All configuration scans. */
  readonly store: PostureStore;
  /** Configuration scans that pass the selection. */
  readonly postures: () => Iterable<PostureScan>;
  /** Number of configuration scans that pass the selection. */
  readonly selected: number;
  /** Cluster names found in the objects. */
  readonly clusters: readonly string[];
}

/**
 * Reads the configuration scans of all namespaces.
 *
 * @param last The list of the last run, for objects that are unreadable now.
 */
export async function readPostureList(
  context: ListContext,
  { last, selection }: { readonly last: PostureList | undefined; readonly selection: Selection },
): Promise<ListResult<PostureList>> {
  const { client, observer, signal, isFirst } = context;
  const collector = new PostureCollector(observer);
  const versions = new ListVersions();
  const result = await collectList(
    client,
    { path: storagePath(KIND), query: FULL_SPEC, limit: FULL_PAGE },
    {
      signal,
      onPage(items) {
        versions.add(items);
        collector.addPage(items);
      },
    },
  );
  if (result.status !== 'ok') return failedList(KIND, result);
  const down = collector.downIfUnusable();
  if (down !== undefined) return { state: down, fingerprint: versions.fingerprint() };
  for (const { name } of await collector.unreadable.find(context, versions)) {
    collector.addUnreadable(name, { last: last?.store.get(name), isFirst });
  }
  const value = { ...collector.result(selection), ...result.value };
  return { state: kindUp(KIND), value, fingerprint: versions.fingerprint() };
}

/** Collects configuration scans page by page. */
class PostureCollector {
  readonly #observer: ReadObserver;
  readonly #store = new PostureStore();
  readonly #unreadable: UnreadableObjects;
  #listed = 0;
  #withoutSpec = 0;

  constructor(observer: ReadObserver) {
    this.#observer = observer;
    this.#unreadable = new UnreadableObjects(KIND, observer);
  }

  addPage(items: readonly unknown[]): void {
    for (const item of items) this.#add(item);
  }

  /** The kind as down, if the list is certainly wrong. */
  downIfUnusable(): KindState | undefined {
    if (this.#withoutSpec > 0 && this.#store.size === 0) return kindWithoutSpecs(KIND);
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
    if (last !== undefined) this.#store.add(last);
    const isCovered = last !== undefined || !isFirst;
    const where = `${KIND} ${name}`;
    this.#observer.skipped({ reason: 'unreadable', where, message: UNREADABLE, isCovered });
  }

  result({ filter, shard }: Selection): Omit<PostureList, 'endsEmpty'> {
    const store = this.#store;
    function* postures(): Generator<PostureScan> {
      for (const scan of store.scans()) {
        if (passesFilter(filter, scan) && isInShard(shard, shardKeyOf(scan))) yield scan;
      }
    }
    let selected = 0;
    for (const _ of postures()) selected++;
    return { store, postures, selected, listed: this.#listed, clusters: store.clusters };
  }

  #add(item: unknown): void {
    const name = objectName(item);
    if (name === undefined) {
      this.#unreadable.add();
      return;
    }
    this.#listed++;
    this.#withoutSpec += addTo(this.#store, { item, name }, this.#observer) ? 0 : 1;
  }
}

interface NamedItem {
  readonly item: unknown;
  /** `namespace/name`. */
  readonly name: string;
}

/** Returns false if the item has no spec. */
function addTo(store: PostureStore, { item, name }: NamedItem, observer: ReadObserver): boolean {
  const where = `${KIND} ${name}`;
  try {
    const result = readScanResult(item);
    if (result.type !== 'posture') {
      // A stub on a later page replaces the controls on an earlier one.
      const isDuplicate = store.remove(name);
      if (isDuplicate) observer.skipped({ reason: 'duplicate', where, message: LISTED_TWICE });
      observer.skipped({ reason: 'stub', where, message: 'the scan contains no control results' });
      return false;
    }
    const isDuplicate = store.add(result.report);
    if (isDuplicate) observer.skipped({ reason: 'duplicate', where, message: LISTED_TWICE });
    else observer.read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    observer.skipped({ reason: 'invalid_shape', where, message: error.message });
  }
  return true;
}

/** Consists of the series' labels, so that one shard adds up all resources that share them. */
function shardKeyOf({ namespace, workloadKind, workload }: PostureScan): string {
  return `${namespace}/${workloadKind}/${workload}`;
}
