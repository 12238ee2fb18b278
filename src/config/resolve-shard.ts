import { ConfigError } from './config-error.ts';
import type { Sharding } from './sharding.ts';

export interface ResolvedShard {
  /** Starts at 0. */
  readonly index: number;
  readonly count: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the shard of this process, or `undefined` for an unsharded cluster. With `auto`, the index comes
 * from Kubernetes: `JOB_COMPLETION_INDEX` of an Indexed Job, or the ordinal in a StatefulSet's pod name.
 *
 * @throws {ConfigError} The index is unknown, or not below the number of shards.
 */
export function resolveShard(
  { shards: count, shard }: Sharding,
  environment: Environment,
): ResolvedShard | undefined {
  if (count === 1 && shard === 'auto') return undefined;
  const index = shard === 'auto' ? indexFrom(environment) : Number(shard);
  if (index >= count) {
    const others =
      count === 1
        ? 'there is only one shard; set --shards'
        : `${count} shards are numbered 0 to ${count - 1}`;
    throw new ConfigError(`shard ${index} does not exist: ${others}`);
  }
  return count === 1 ? undefined : { index, count };
}

/**
 * Returns the values of the label `shard` in a cluster: the configured shard, or all shards. `undefined`
 * stands for an unsharded cluster.
 *
 * @throws {ConfigError} The configured shard does not exist.
 */
export function listShards(sharding: Sharding): readonly (string | undefined)[] {
  const { shards: count, shard } = sharding;
  if (shard === 'auto') {
    return count === 1 ? [undefined] : Array.from({ length: count }, (_, index) => String(index));
  }
  // Series of an earlier, sharded setup may still exist.
  const index = count === 1 ? Number(shard) : resolveShard(sharding, {})?.index;
  return [String(index)];
}

function indexFrom(environment: Environment): number {
  const text =
    environment['JOB_COMPLETION_INDEX'] ?? /-(\d+)$/.exec(environment['HOSTNAME'] ?? '')?.[1] ?? '';
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new ConfigError(
    'cannot determine the shard of this process: JOB_COMPLETION_INDEX is not set and HOSTNAME does not end in a StatefulSet ordinal; set --shard',
  );
}
