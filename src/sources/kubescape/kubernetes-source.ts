import type { ScanSource } from '../scan-source.ts';
import { KubernetesRead } from './kubernetes-read.ts';
import type { KubernetesSourceOptions } from './source-options.ts';
import { StateKeeper } from './source-state.ts';

/** Kubescape's storage API in a cluster. What it read last is kept from one read to the next. */
export function createKubernetesSource(options: KubernetesSourceOptions): ScanSource {
  const { shard, stateDir, access, namespace } = options;
  const keeper = new StateKeeper({
    stateDir,
    origin: `${access.server} ${namespace}`,
    shard: shard === undefined ? '' : `${shard.index}-of-${shard.count}`,
  });
  return {
    name: 'kubernetes',
    read: async (observer, { signal }) =>
      new KubernetesRead(options, { observer, signal, keeper }).start(),
  };
}
