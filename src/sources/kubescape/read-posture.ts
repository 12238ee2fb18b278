import { FormatError } from '../../formats/format-error.ts';
import { readScanResult } from '../../formats/scan-result.ts';
import { collectList } from '../../kubernetes/collect-list.ts';
import type { PostureScan } from '../../model/posture-scan.ts';
import { PostureStore } from '../posture-store.ts';
import type { ReadObserver } from '../scan-source.ts';
import { kindDown, kindUp, kindWithoutSpecs } from './kind-state.ts';
import { LISTED_TWICE, objectName } from './list-item.ts';
import type { ListSize } from './list-plausibility.ts';
import type { ListContext, ListResult } from './read-lists.ts';
import type { Selection } from './select-targets.ts';
import { isInShard } from './shard.ts';
import { FULL_PAGE, FULL_SPEC, POSTURE_KIND as KIND, storagePath } from './storage-api.ts';
import { UnreadableObjects } from './unreadable-objects.ts';
import { passesFilter } from './workload-filter.ts';

export interface PostureList extends ListSize {
  /** Configuration scans that pass the selection. */
  readonly postures: () => Iterable<PostureScan>;
  /** Number of configuration scans that pass the selection. */
  readonly selected: number;
  /** Cluster names found in the objects. */
  readonly clusters: readonly string[];
}

/** Reads the configuration scans of all namespaces. */
export async function readPostureList(
  { client, observer, signal }: ListContext,
  { filter, shard }: Selection,
): Promise<ListResult<PostureList>> {
  const store = new PostureStore();
  const unreadable = new UnreadableObjects(KIND, observer);
  let listed = 0;
  let withoutSpec = 0;
  function add(item: unknown): void {
    const name = objectName(item);
    if (name === undefined) {
      unreadable.add();
      return;
    }
    listed++;
    withoutSpec += addTo(store, { item, name }, observer) ? 0 : 1;
  }
  const result = await collectList(
    client,
    { path: storagePath(KIND), query: FULL_SPEC, limit: FULL_PAGE },
    { signal, onPage: (items) => items.forEach(add) },
  );
  if (result.status !== 'ok') return { state: kindDown(KIND, result) };
  if (withoutSpec > 0 && store.size === 0) return { state: kindWithoutSpecs(KIND) };
  const down = unreadable.downIfNoneReadable(listed);
  if (down !== undefined) return { state: down };
  function* postures(): Generator<PostureScan> {
    for (const scan of store.scans()) {
      if (passesFilter(filter, scan) && isInShard(shard, shardKeyOf(scan))) yield scan;
    }
  }
  let selected = 0;
  for (const _ of postures()) selected++;
  const { clusters } = store;
  const value = { postures, selected, listed, clusters, ...result.value };
  return { state: kindUp(KIND), value };
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
      observer.skipped({ reason: 'stub', where, message: 'it has no results of controls' });
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

/** The labels of the series, so that one shard adds up all resources that share them. */
function shardKeyOf({ namespace, workloadKind, workload }: PostureScan): string {
  return `${namespace}/${workloadKind}/${workload}`;
}
