import { FormatError } from '../../formats/format-error.ts';
import { readScanResult } from '../../formats/scan-result.ts';
import type { PostureScan } from '../../model/posture-scan.ts';
import { PostureStore } from '../posture-store.ts';
import type { ReadObserver } from '../scan-source.ts';
import { collectList } from './collect-list.ts';
import { kindDown, kindUp, kindWithoutSpecs } from './kind-state.ts';
import type { ListItem } from './known-items.ts';
import type { ListSize } from './list-plausibility.ts';
import { NamelessItems } from './nameless-items.ts';
import { objectName } from './object-name.ts';
import type { ListContext, ListResult } from './read-lists.ts';
import type { Selection } from './select-targets.ts';
import { isOwn } from './shard.ts';
import { FULL_SPEC, POSTURE_KIND as KIND, storagePath } from './storage-api.ts';
import { passesFilter } from './workload-filter.ts';

const PAGE = 200;

export interface PostureList extends ListSize {
  readonly postures: () => Iterable<PostureScan>;
  /** How many of them the selection wants. */
  readonly wanted: number;
  /** Every cluster that they name. */
  readonly clusters: readonly string[];
}

/** The configuration scans of all resources that the selection wants. */
export async function readPostureList(
  context: ListContext,
  { filter, shard }: Selection,
): Promise<ListResult<PostureList>> {
  const store = new PostureStore();
  const { observer } = context;
  const nameless = new NamelessItems(KIND, observer);
  let listed = 0;
  let withoutSpec = 0;
  function add({ value: item }: ListItem): void {
    const name = objectName(item);
    if (name === undefined) {
      nameless.add();
      return;
    }
    listed++;
    withoutSpec += take({ item, name }, store, observer) ? 0 : 1;
  }
  const result = await collectList(
    context.client,
    { path: storagePath(KIND), query: FULL_SPEC, limit: PAGE },
    { signal: context.signal, onPage: (items) => items.forEach(add) },
  );
  if (result.status !== 'ok') return { state: kindDown(KIND, result) };
  if (withoutSpec > 0 && store.size === 0) return { state: kindWithoutSpecs(KIND) };
  const down = nameless.judge(listed);
  if (down !== undefined) return { state: down };
  function* postures(): Generator<PostureScan> {
    for (const scan of store.scans()) {
      if (passesFilter(filter, scan) && isOwn(shard, keyOf(scan))) yield scan;
    }
  }
  let wanted = 0;
  for (const _ of postures()) wanted++;
  const { clusters } = store;
  const value = { postures, wanted, listed, clusters, ...result.value };
  return { state: kindUp(KIND), value };
}

interface NamedItem {
  readonly item: unknown;
  /** `namespace/name`. */
  readonly name: string;
}

/** Whether the item had a spec. */
function take({ item, name }: NamedItem, store: PostureStore, observer: ReadObserver): boolean {
  const where = `${KIND} ${name}`;
  try {
    const result = readScanResult(item);
    if (result.type !== 'posture') {
      // The newer version of the object: that an earlier page had controls is not true any more.
      const isDuplicate = store.remove(name);
      if (isDuplicate) observer.skipped({ reason: 'duplicate', where, message: LISTED_TWICE });
      observer.skipped({ reason: 'stub', where, message: 'it says nothing about any control' });
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

const LISTED_TWICE = 'listed twice, because it was written meanwhile; the later one counts';

/** By the labels of the series, so that resources that share them are added up by one shard. */
function keyOf({ namespace, workloadKind, workload }: PostureScan): string {
  return `${namespace}/${workloadKind}/${workload}`;
}
