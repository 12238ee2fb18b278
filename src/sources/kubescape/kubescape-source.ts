import type { ScanSource } from '../scan-source.ts';
import { ClusterRead } from './cluster-read.ts';
import { createLists } from './list-reader.ts';
import type { KubescapeSourceOptions } from './source-options.ts';
import { StateKeeper } from './state-keeper.ts';
import { UnreadableNames } from './unreadable-names.ts';

/** Reads Kubescape's storage API in a cluster. Caches findings from one read to the next. */
export function createKubescapeSource(options: KubescapeSourceOptions): ScanSource {
  const { shard, stateDir, access, namespace } = options;
  const keeper = new StateKeeper({
    folder: stateDir === undefined ? undefined : { path: stateDir, shard },
    origin: `${access.server} ${namespace}`,
  });
  const lists = createLists(options.tracker);
  const unreadable = new UnreadableNames();
  return {
    name: 'kubernetes',
    read: async (observer, { signal, isScheduled = false, isChangeOnly = false }) =>
      new ClusterRead(options, {
        observer: unreadable.observe(observer),
        signal,
        keeper,
        lists,
        isScheduled,
        isChangeOnly,
      }).start(),
  };
}
