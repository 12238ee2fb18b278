import type { RetryClock } from '../../http/retry-clock.ts';
import type { ClusterAccess } from '../../kubernetes/cluster-access.ts';
import type { ChangeTracker } from './change-tracker.ts';
import type { Shard } from './shard.ts';
import type { StorageKind } from './storage-api.ts';
import type { WorkloadFilter } from './workload-filter.ts';

export interface KubescapeSourceOptions {
  readonly access: ClusterAccess;
  /** Namespace of the Kubescape operator, which contains all manifests. */
  readonly namespace: string;
  /** Kinds to read. Summaries and manifests need each other. */
  readonly kinds: readonly StorageKind[];
  /** Whether to read the cluster's name from Kubescape's configuration. */
  readonly needsClusterName: boolean;
  /** Concurrent GETs of manifests. The server has one worker for them, shared with kubevuln. */
  readonly concurrency: number;
  readonly maxDocumentBytes: number;
  readonly timeoutMs: number;
  readonly retryBudgetMs: number;
  readonly filter: WorkloadFilter;
  /** Whether to read which findings containers loaded at run time. Needs one more manifest per container. */
  readonly needsRelevance: boolean;
  /** Whether to read all manifests before yielding the first scan. */
  readonly readsAhead?: boolean;
  readonly shard: Shard | undefined;
  readonly stateDir: string | undefined;
  /** Milliseconds that must pass without a change before reading starts. No wait if absent. */
  readonly waitQuietMs: number | undefined;
  readonly waitTimeoutMs: number;
  readonly clock?: RetryClock;
  /**
   * Records what reads have listed, so that watches can compare lists with it. Absent outside of an
   * agent.
   */
  readonly tracker?: ChangeTracker | undefined;
  /** Milliseconds since the Unix epoch. Default: the system's clock. */
  readonly now?: () => number;
}
