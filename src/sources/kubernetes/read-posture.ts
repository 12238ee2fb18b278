import { FormatError } from '../../formats/format-error.ts';
import { readScanResult } from '../../formats/scan-result.ts';
import type { PostureScan } from '../../model/posture-scan.ts';
import { PostureStore } from '../posture-store.ts';
import type { ReadObserver } from '../scan-source.ts';
import { collectList } from './collect-list.ts';
import { kindDown, kindUp, kindWithoutSpecs } from './kind-state.ts';
import type { ListItem } from './list-objects.ts';
import { objectName } from './object-name.ts';
import type { ListContext, ListResult } from './read-lists.ts';
import type { Selection } from './select-targets.ts';
import { isOwn } from './shard.ts';
import { FULL_SPEC, POSTURE_KIND as KIND, storagePath } from './storage-api.ts';
import { passesFilter } from './workload-filter.ts';

const PAGE = 200;

export interface PostureList {
  readonly postures: () => Iterable<PostureScan>;
  /** How many of them the selection wants. */
  readonly wanted: number;
  /** Objects that were listed, usable or not. */
  readonly listed: number;
  /** Every cluster that they name. */
  readonly clusters: readonly string[];
}

/** The configuration scans of all resources that the selection wants. */
export async function readPostureList(
  context: ListContext,
  { filter, shard }: Selection,
): Promise<ListResult<PostureList>> {
  const store = new PostureStore();
  let listed = 0;
  let withoutSpec = 0;
  function addPage(items: readonly ListItem[]): void {
    listed += items.length;
    for (const { value } of items) withoutSpec += take(value, store, context.observer) ? 0 : 1;
  }
  const result = await collectList(
    context.client,
    { path: storagePath(KIND), query: FULL_SPEC, limit: PAGE },
    { signal: context.signal, onPage: addPage },
  );
  if (result.status !== 'ok') return { state: kindDown(KIND, result) };
  if (withoutSpec > 0 && store.size === 0) return { state: kindWithoutSpecs(KIND) };
  function* postures(): Generator<PostureScan> {
    for (const scan of store.scans()) {
      if (passesFilter(filter, scan) && isOwn(shard, keyOf(scan))) yield scan;
    }
  }
  let wanted = 0;
  for (const _ of postures()) wanted++;
  return { state: kindUp(KIND), value: { postures, wanted, listed, clusters: store.clusters } };
}

/** Whether the item had a spec, or was none at all. */
function take(item: unknown, store: PostureStore, observer: ReadObserver): boolean {
  const name = objectName(item);
  const where = `${KIND} ${name ?? ''}`.trimEnd();
  if (name === undefined) {
    const message = 'an item of the list has no name: the server could not read the object';
    observer.skipped({ reason: 'zero_valued', where, message });
    return true;
  }
  try {
    const result = readScanResult(item);
    if (result.type !== 'posture') {
      observer.skipped({ reason: 'stub', where, message: 'it says nothing about any control' });
      return false;
    }
    const isDuplicate = store.add(result.report);
    const message = 'listed twice, because it was written meanwhile; the later one counts';
    if (isDuplicate) observer.skipped({ reason: 'duplicate', where, message });
    else observer.read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    observer.skipped({ reason: 'invalid_shape', where, message: error.message });
  }
  return true;
}

/** By the labels of the series, so that resources that share them are added up by one shard. */
function keyOf({ namespace, workloadKind, workload }: PostureScan): string {
  return `${namespace}/${workloadKind}/${workload}`;
}
