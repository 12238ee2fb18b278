import { CycleMemory } from '../agent/cycle-memory.ts';
import type { CycleResult } from '../agent/cycle-result.ts';
import { loadKnownCluster, saveKnownCluster } from '../agent/known-cluster.ts';
import { originOf } from '../compose/sources.ts';
import type { Config } from '../config/schema.ts';

/** What an earlier process left in the folder for it: the name of the cluster, and its age. */
export async function recall(config: Config): Promise<CycleMemory> {
  const memory = new CycleMemory();
  const { state_dir: stateDir } = config;
  if (stateDir === undefined) return memory;
  const known = await loadKnownCluster(stateDir, originOf(config));
  memory.cluster = known?.name;
  memory.lastReadMs = known?.readMs;
  return memory;
}

/** For a later process whose source is down. */
export async function remember(config: Config, result: CycleResult): Promise<void> {
  const { state_dir: stateDir } = config;
  if (stateDir === undefined || result.status === 'failed') return;
  const { cluster: name, own } = result.report;
  await saveKnownCluster(stateDir, originOf(config), { name, readMs: own.info.timestampMs });
}
