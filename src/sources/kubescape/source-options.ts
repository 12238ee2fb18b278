import type { RetryClock } from '../../http/retry-clock.ts';
import type { ClusterAccess } from '../../kubernetes/cluster-access.ts';
import type { Shard } from './shard.ts';
import type { StorageKind } from './storage-api.ts';
import type { WorkloadFilter } from './workload-filter.ts';

export interface KubernetesSourceOptions {
  readonly access: ClusterAccess;
  /** Namespace of the Kubescape operator, where all manifests lie. */
  readonly namespace: string;
  /** What is read; summaries and manifests only make sense together. */
  readonly kinds: readonly StorageKind[];
  /** Whether Kubescape's own configuration is asked for the name of the cluster. */
  readonly needsClusterName: boolean;
  /** GETs of manifests in flight: the server has one worker for them, which kubevuln needs too. */
  readonly concurrency: number;
  readonly maxDocumentBytes: number;
  readonly timeoutMs: number;
  readonly retryBudgetMs: number;
  readonly filter: WorkloadFilter;
  /** Whether what containers loaded at run time is read too: one more manifest for each. */
  readonly needsRelevance: boolean;
  /** Whether all manifests are read before the first scan is given, so that feeding takes no time. */
  readonly readsAhead?: boolean;
  readonly shard: Shard | undefined;
  readonly stateDir: string | undefined;
  /** Milliseconds without any change to wait for before reading; not at all if absent. */
  readonly waitQuietMs: number | undefined;
  readonly waitTimeoutMs: number;
  readonly clock?: RetryClock;
}
