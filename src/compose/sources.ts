import type { Kubernetes } from '../config/kubernetes.ts';
import { type ResolvedShard } from '../config/resolve-shard.ts';
import type { Config } from '../config/schema.ts';
import { AccessError } from '../http/access-error.ts';
import type { ClusterAccess } from '../kubernetes/cluster-access.ts';
import { type ScanNeeds, scanNeedsOf } from '../metrics/selection/scan-needs.ts';
import { selectRows } from '../metrics/selection/select-rows.ts';
import type { ChangeTracker } from '../sources/kubescape/change-tracker.ts';
import type { KubescapeSourceOptions } from '../sources/kubescape/source-options.ts';
import {
  isPostureKind,
  POSTURE_DETAIL_KIND,
  type StorageKind,
  storageKinds,
} from '../sources/kubescape/storage-api.ts';
import { type ScanSource, SourceError } from '../sources/scan-source.ts';
import { filesFile } from '../state/state-folder.ts';
import { userAgent } from '../version.ts';

/** Maximum nesting of objects and lists, five times that of real scan results. */
const MAX_DEPTH = 100;

export function composeFiles(
  { source: { files }, state_dir: stateDir }: Config,
  needs: ScanNeeds,
): ScanSource {
  return composeLater('files', async () => {
    const { createFilesSource } = await import('../sources/files/files-source.ts');
    const { ListHistoryFile } = await import('../sources/list-history-file.ts');
    const path = stateDir === undefined ? undefined : filesFile({ path: stateDir });
    return createFilesSource({
      paths: files.paths,
      limits: { maxDocumentBytes: files.max_document_size, maxDepth: MAX_DEPTH },
      needsRelevance: needs.relevance,
      history: new ListHistoryFile({ path, origin: JSON.stringify(files.paths) }),
    });
  });
}

/** Kinds that the configured metrics need, so that no other permission is required. */
export function kindsFor({ vulnerabilities, postures }: ScanNeeds): readonly StorageKind[] {
  return storageKinds.filter((kind) => (isPostureKind(kind) ? postures : vulnerabilities));
}

/**
 * The kinds whose state a read of this source reports. Files report a single kind without a name.
 * Details of configuration scans are not among them, because they only supplement the summaries.
 */
export function kindNamesOf(config: Config): readonly string[] {
  if (config.source.files.paths.length > 0) return [''];
  return kindsFor(needsOf(config)).filter((kind) => kind !== POSTURE_DETAIL_KIND);
}

/** Scan data that the configured metrics need. */
export function needsOf({ metrics }: Config): ScanNeeds {
  return scanNeedsOf(selectRows(metrics));
}

/**
 * Identifies the source, so that state saved for one source is never used for another.
 */
export function originOf({ source: { files, kubernetes } }: Config): string {
  const { kubeconfig, context, namespace } = kubernetes;
  return JSON.stringify([files.paths, kubeconfig, context, namespace]);
}

/** Creates the source on the first read. If that fails, the next read retries. */
export function composeLater(name: string, create: () => Promise<ScanSource>): ScanSource {
  let source: ScanSource | undefined;
  return {
    name,
    async read(observer, options) {
      source ??= await create();
      return source.read(observer, options);
    },
  };
}

export interface KubernetesUse {
  readonly shard: ResolvedShard | undefined;
  readonly needs: ScanNeeds;
  readonly readsAhead: boolean;
  /** Absent outside of an agent. */
  readonly tracker: ChangeTracker | undefined;
}

/** Loads the Kubernetes client on demand, because it takes longer to load than all other code. */
export async function composeKubernetes(
  config: Config,
  use: KubernetesUse,
  signal: AbortSignal,
): Promise<ScanSource> {
  const { createKubescapeSource } = await import('../sources/kubescape/kubescape-source.ts');
  return createKubescapeSource(await composeKubernetesOptions(config, use, signal));
}

/** @throws {SourceError} The kubeconfig is unusable, or authentication failed. */
export async function composeKubernetesOptions(
  { source, state_dir: stateDir, cluster }: Config,
  { shard, needs, readsAhead, tracker }: KubernetesUse,
  signal: AbortSignal,
): Promise<KubescapeSourceOptions> {
  const { kubernetes } = source;
  return {
    access: await composeAccess(kubernetes, signal),
    namespace: kubernetes.namespace,
    kinds: kindsFor(needs),
    needsRelevance: needs.relevance,
    readsAhead,
    tracker,
    needsClusterName: cluster === undefined,
    concurrency: kubernetes.concurrency,
    maxDocumentBytes: source.files.max_document_size,
    timeoutMs: kubernetes.timeout,
    retryBudgetMs: kubernetes.retry_budget,
    filter: {
      includeNamespaces: kubernetes.include_namespaces,
      excludeNamespaces: kubernetes.exclude_namespaces,
      includeWorkloads: kubernetes.include_workloads,
      excludeWorkloads: kubernetes.exclude_workloads,
    },
    shard,
    stateDir,
    waitQuietMs: kubernetes.wait_quiet,
    waitTimeoutMs: kubernetes.wait_timeout,
  };
}

/** @throws {SourceError} The kubeconfig is unusable, or authentication failed. */
export async function composeAccess(
  { kubeconfig, context }: Kubernetes,
  signal: AbortSignal,
): Promise<ClusterAccess> {
  const { createKubeconfigAccess } = await import('../kubernetes/login/kubeconfig-access.ts');
  const options = {
    userAgent,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
  try {
    return await createKubeconfigAccess(options, signal);
  } catch (error) {
    throw error instanceof AccessError ? new SourceError(error.message, { cause: error }) : error;
  }
}
