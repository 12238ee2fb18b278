import type { ScanTarget } from '../../model/image-scan.ts';
import type { Join } from '../join.ts';
import { isOwn, type Shard } from './shard.ts';
import { isSelective, passesFilter, type WorkloadFilter } from './workload-filter.ts';

/** What finds the findings of a target. */
export interface ManifestRef {
  readonly name: string;
  readonly changeKey: string;
}

export interface Selection {
  readonly filter: WorkloadFilter;
  readonly shard: Shard | undefined;
}

/**
 * Leaves out the containers that nobody asked for, and the images of other shards. An image whose
 * containers were all left out goes too: it must not turn into one that no workload runs.
 */
export function selectTargets(
  join: Join<ManifestRef>,
  { filter, shard }: Selection,
): Join<ManifestRef> {
  const filtered = join.targets.flatMap((joined) => {
    const { target } = joined;
    if (target.containers.length === 0) return isSelective(filter) ? [] : [joined];
    const containers = target.containers.filter((container) => passesFilter(filter, container));
    return containers.length === 0 ? [] : [{ ...joined, target: { ...target, containers } }];
  });
  const targets = shard === undefined ? filtered : ownTargets(filtered, shard);
  function isWanted({ containers: [container] }: ScanTarget): boolean {
    return container !== undefined && passesFilter(filter, container);
  }
  const unscanned = join.inventory.unscanned.filter(isWanted);
  const dangling = join.dangling.filter((container) => passesFilter(filter, container));
  return {
    targets,
    dangling,
    inventory: {
      ...join.inventory,
      targets: targets.map(({ target }) => target),
      unscanned: unscanned.filter((target) => isOwn(shard, keyOf(target))),
      // Of all shards: each looks only for those that share the labels of its own containers.
      dangling: join.inventory.dangling?.filter(isWanted) ?? [],
      danglingReferences: isFirst(shard) ? dangling.length : 0,
    },
  };
}

function ownTargets(
  targets: Join<ManifestRef>['targets'],
  shard: Shard,
): Join<ManifestRef>['targets'] {
  const owners = ownersOf(targets);
  return targets.filter(({ ref }) => isOwn(shard, owners.get(ref.name) ?? ref.name));
}

/**
 * The name that decides the shard of each manifest: the first one among those of the same image
 * reference. Only containers of one reference can share all labels and become one series, and then
 * one shard must have them all.
 */
function ownersOf(targets: Join<ManifestRef>['targets']): ReadonlyMap<string, string> {
  const firstOf = new Map<string, string>();
  for (const { target, ref } of targets) {
    const key = keyOf(target);
    const first = firstOf.get(key);
    if (first === undefined || ref.name < first) firstOf.set(key, ref.name);
  }
  return new Map(targets.map(({ target, ref }) => [ref.name, firstOf.get(keyOf(target)) ?? '']));
}

function keyOf({ image: { registry, repository, tag } }: ScanTarget): string {
  return `${registry}/${repository}:${tag}`;
}

/** Counts of the whole cluster are said by one shard only, so that sums stay right. */
function isFirst(shard: Shard | undefined): boolean {
  return shard === undefined || shard.index === 0;
}
