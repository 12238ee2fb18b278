import { kindNamesOf, originOf } from '../compose/sources.ts';
import { resolveShard } from '../config/resolve-shard.ts';
import type { Config } from '../config/schema.ts';
import { CycleMemory } from '../cycle/cycle-memory.ts';
import type { CycleResult } from '../cycle/cycle-result.ts';
import { loadKnownCluster, saveKnownCluster } from '../cycle/known-cluster.ts';
import { clusterFile } from '../state/state-folder.ts';

/**
 * Loads from the state folder what an earlier process saved: the cluster name, the time of the last read, and
 * which kinds were up.
 */
export async function loadMemory(config: Config): Promise<CycleMemory> {
  const memory = new CycleMemory();
  const path = pathOf(config);
  if (path === undefined) return memory;
  const saved = await loadKnownCluster(path, originOf(config));
  memory.cluster = saved?.name;
  memory.lastReadMs = saved?.readMs;
  memory.kinds = (saved?.kinds ?? []).map((one) => ({ ...one, hasFailed: false }));
  forgetUnneededKinds(memory, config);
  return memory;
}

/** Forgets kinds that no metric needs any more, so that they are not reported as missing. */
export function forgetUnneededKinds(memory: CycleMemory, config: Config): void {
  const needed = new Set(kindNamesOf(config));
  memory.kinds = memory.kinds.filter(({ kind }) => needed.has(kind));
}

/** Saves the result for a later process. */
export async function saveMemory(config: Config, result: CycleResult): Promise<void> {
  const path = pathOf(config);
  if (path === undefined || result.status === 'failed') return;
  const { cluster: name, kinds, selfReport } = result.report;
  const readMs = selfReport.info.timestampMs;
  await saveKnownCluster(path, originOf(config), { name, readMs, kinds });
}

function pathOf({ state_dir: path, source }: Config): string | undefined {
  if (path === undefined) return undefined;
  return clusterFile({ path, shard: resolveShard(source.sharding, process.env) });
}
