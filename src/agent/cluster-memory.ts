import { kindNamesOf, originOf } from '../compose/sources.ts';
import { nameOf, resolveShard } from '../config/resolve-shard.ts';
import type { Config } from '../config/schema.ts';
import { CycleMemory } from '../cycle/cycle-memory.ts';
import type { CycleResult } from '../cycle/cycle-result.ts';
import { knownClusterPath, loadKnownCluster, saveKnownCluster } from '../cycle/known-cluster.ts';

/**
 * What an earlier process left in the folder for it: the name of the cluster, its age, and which
 * kinds were up.
 */
export async function recall(config: Config): Promise<CycleMemory> {
  const memory = new CycleMemory();
  const path = pathOf(config);
  if (path === undefined) return memory;
  const known = await loadKnownCluster(path, originOf(config));
  memory.cluster = known?.name;
  memory.lastReadMs = known?.readMs;
  memory.kinds = (known?.kinds ?? []).map((one) => ({ ...one, hasFailed: false }));
  forgetUnasked(memory, config);
  return memory;
}

/** A kind that no metric is made of any more is not missed. */
export function forgetUnasked(memory: CycleMemory, config: Config): void {
  const asked = new Set(kindNamesOf(config));
  memory.kinds = memory.kinds.filter(({ kind }) => asked.has(kind));
}

/** For a later process whose source is down, or shows less. */
export async function remember(config: Config, result: CycleResult): Promise<void> {
  const path = pathOf(config);
  if (path === undefined || result.status === 'failed') return;
  const { cluster: name, kinds, own } = result.report;
  const readMs = own.info.timestampMs;
  await saveKnownCluster(path, originOf(config), { name, readMs, kinds });
}

function pathOf({ state_dir: stateDir, source }: Config): string | undefined {
  if (stateDir === undefined) return undefined;
  const shard = resolveShard(source.sharding, process.env);
  return knownClusterPath(stateDir, shard === undefined ? '' : nameOf(shard));
}
