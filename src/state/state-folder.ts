import { join } from 'node:path';

/**
 * A state folder, and the shard that uses it. Shards may share a folder, because none of their files
 * have the same path:
 *
 * - `cluster.json`, `cluster-1-of-3.json`: facts about the cluster from the last run
 * - `files.json`: number of results in files in the last run
 * - `findings.bin`, `findings-1-of-3.bin`: cached findings of manifests
 * - `postures.json`, `postures-1-of-3.json`: configuration scans of the last run
 * - `remote-write/`, `shard-1-of-3/remote-write/`: undelivered samples, in a folder per receiver
 */
export interface StateFolder {
  readonly path: string;
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
}

export function clusterFile({ path, shard }: StateFolder): string {
  return join(path, `cluster${shard === undefined ? '' : `-${nameOf(shard)}`}.json`);
}

/** The same file for all shards, because every shard reads all files. */
export function filesFile({ path }: StateFolder): string {
  return join(path, 'files.json');
}

export function findingsFile({ path, shard }: StateFolder): string {
  return join(path, `findings${shard === undefined ? '' : `-${nameOf(shard)}`}.bin`);
}

export function posturesFile({ path, shard }: StateFolder): string {
  return join(path, `postures${shard === undefined ? '' : `-${nameOf(shard)}`}.json`);
}

/** Contains `remote-write/`. If shards shared it, each would end the series of the others. */
export function samplesFolder({ path, shard }: StateFolder): string {
  return shard === undefined ? path : join(path, `shard-${nameOf(shard)}`);
}

/** Includes the count, because a shard's files are useless after the number of shards changes. */
function nameOf({ index, count }: NonNullable<StateFolder['shard']>): string {
  return `${index}-of-${count}`;
}
