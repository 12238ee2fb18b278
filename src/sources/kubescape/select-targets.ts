import type { ScanTarget } from '../../model/image-scan.ts';
import type { Join } from '../join.ts';
import { nameOf, withNames } from '../joined-target.ts';
import { isInShard, type Shard } from './shard.ts';
import { hasIncludes, passesFilter, type WorkloadFilter } from './workload-filter.ts';

export interface ManifestRef {
  readonly name: string;
  /** Changes whenever the manifest does; empty if unknown. */
  readonly changeKey: string;
}

export interface Selection {
  readonly filter: WorkloadFilter;
  readonly shard: Shard | undefined;
}

/**
 * Removes filtered containers and the images of other shards. An image that loses all of its
 * containers is removed as well, because without them it would count as an image without workloads.
 */
export function selectTargets(
  join: Join<ManifestRef>,
  { filter, shard }: Selection,
): Join<ManifestRef> {
  const filtered = join.targets.flatMap((joined) => {
    const { target } = joined;
    if (target.containers.length === 0) return hasIncludes(filter) ? [] : [joined];
    const containers = target.containers.filter((container) => passesFilter(filter, container));
    return containers.length === 0 ? [] : [{ ...joined, target: { ...target, containers } }];
  });
  const named = withNames(filtered);
  const targets = shard === undefined ? named : targetsInShard(named, shard);
  function isSelected({ containers: [container] }: ScanTarget): boolean {
    return container !== undefined && passesFilter(filter, container);
  }
  const unscanned = join.inventory.unscanned.filter(isSelected);
  const dangling = join.dangling.filter((container) => passesFilter(filter, container));
  return {
    ...join,
    targets,
    dangling,
    inventory: {
      ...join.inventory,
      targets: targets.map(({ target }) => target),
      unscanned: unscanned.filter((target) => isInShard(shard, nameOf(target.image))),
      // Not limited to this shard: a shard needs all dangling containers that share labels with its own.
      dangling: join.inventory.dangling?.filter(isSelected) ?? [],
      danglingReferences: isFirst(shard) ? dangling.length : 0,
      ...(!isFirst(shard) && { unreferencedImages: 0 }),
    },
  };
}

function targetsInShard(
  targets: Join<ManifestRef>['targets'],
  shard: Shard,
): Join<ManifestRef>['targets'] {
  const names = shardNames(targets);
  return targets.filter(({ target }) => isInShard(shard, names.get(nameOf(target.image)) ?? ''));
}

/**
 * Maps each image reference to the text that decides its shard: the first of the names of its manifests.
 * Containers with the same reference may share all labels, so one shard must read all of them to add up
 * their values.
 */
function shardNames(targets: Join<ManifestRef>['targets']): ReadonlyMap<string, string> {
  const firstOf = new Map<string, string>();
  for (const { target, ref } of targets) {
    const reference = nameOf(target.image);
    const first = firstOf.get(reference);
    if (first === undefined || ref.name < first) firstOf.set(reference, ref.name);
  }
  return firstOf;
}

/** Only one shard reports counts of the whole cluster, so that sums over all shards are correct. */
function isFirst(shard: Shard | undefined): boolean {
  return shard === undefined || shard.index === 0;
}
