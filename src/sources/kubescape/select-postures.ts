import type { PostureScan } from '../../model/posture-scan.ts';
import type { PostureStore } from '../posture-store.ts';
import type { Selection } from './select-targets.ts';
import { isInShard } from './shard.ts';
import { passesFilter } from './workload-filter.ts';

export interface SelectedPostures {
  readonly postures: () => Iterable<PostureScan>;
  readonly selected: number;
  /** Cluster names in all objects, including those that were not selected. */
  readonly clusters: readonly string[];
}

/** Selects the configuration scans that pass the filter and belong to the shard. */
export function selectPostures(
  store: PostureStore,
  { filter, shard }: Selection,
): SelectedPostures {
  function* postures(): Generator<PostureScan> {
    for (const scan of store.scans()) {
      if (passesFilter(filter, scan) && isInShard(shard, shardKeyOf(scan))) yield scan;
    }
  }
  let selected = 0;
  for (const _ of postures()) selected++;
  return { postures, selected, clusters: store.clusters };
}

/** Consists of the series' labels, so that one shard adds up all resources that share them. */
function shardKeyOf({ namespace, workloadKind, workload }: PostureScan): string {
  return `${namespace}/${workloadKind}/${workload}`;
}
