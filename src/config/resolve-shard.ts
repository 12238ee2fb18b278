import { ConfigError } from './config-error.ts';
import type { Sharding } from './sharding.ts';

export interface ResolvedShard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Which shard this process is; `undefined` if it has the cluster to itself. Kubernetes tells it: an
 * Indexed Job sets `JOB_COMPLETION_INDEX`, and the name of a StatefulSet's pod ends in its ordinal.
 *
 * @throws {ConfigError} Nothing tells the index, or it is not below the number of shards.
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
        ? 'there is only one; set --shards, too'
        : `${count} shards are numbered 0 to ${count - 1}`;
    throw new ConfigError(`shard ${index} does not exist: ${others}`);
  }
  return count === 1 ? undefined : { index, count };
}

/** For files: what one of three has is nothing for one of four. */
export function nameOf({ index, count }: ResolvedShard): string {
  return `${index}-of-${count}`;
}

/**
 * What the shards of a cluster are called: the one that is named, else all of them, else `undefined`
 * alone for a cluster that is not shared.
 *
 * @throws {ConfigError} The one that is named does not exist.
 */
export function listShards(sharding: Sharding): readonly (string | undefined)[] {
  const { shards: count, shard } = sharding;
  if (shard === 'auto') {
    return count === 1 ? [undefined] : Array.from({ length: count }, (_, index) => String(index));
  }
  // A single process, too, may once have been one of several.
  const index = count === 1 ? Number(shard) : resolveShard(sharding, {})?.index;
  return [String(index)];
}

function indexFrom(environment: Environment): number {
  const text =
    environment['JOB_COMPLETION_INDEX'] ?? /-(\d+)$/.exec(environment['HOSTNAME'] ?? '')?.[1] ?? '';
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new ConfigError(
    'there is no telling which shard this is: neither JOB_COMPLETION_INDEX of an Indexed Job nor the ordinal of a StatefulSet in HOSTNAME; set --shard',
  );
}
