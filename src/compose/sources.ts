import type { Kubernetes } from '../config/kubernetes.ts';
import { type ResolvedShard } from '../config/resolve-shard.ts';
import type { Config } from '../config/schema.ts';
import type { ClusterAccess } from '../kubernetes/cluster-access.ts';
import { type ScanNeeds, scanNeedsOf } from '../metrics/selection/scan-needs.ts';
import { selectRows } from '../metrics/selection/select-rows.ts';
import { POSTURE_KIND, type StorageKind, storageKinds } from '../sources/kubescape/storage-api.ts';
import { type ScanSource } from '../sources/scan-source.ts';
import { userAgent } from '../version.ts';

/** Objects and lists that may lie in each other: five times as deep as any scan result is. */
const MAX_DEPTH = 100;

export function composeFiles({ source: { files } }: Config, needs: ScanNeeds): ScanSource {
  return composeLater('files', async () => {
    const { createFilesSource } = await import('../sources/files/files-source.ts');
    return createFilesSource({
      paths: files.paths,
      limits: { maxDocumentBytes: files.max_document_size, maxDepth: MAX_DEPTH },
      needsRelevance: needs.relevance,
    });
  });
}

/** Nothing that no metric is made of is asked for, and no right to it is needed. */
export function kindsFor({ vulnerabilities, postures }: ScanNeeds): readonly StorageKind[] {
  return storageKinds.filter((kind) => (kind === POSTURE_KIND ? postures : vulnerabilities));
}

/** The kinds that a read of this source tells of. */
export function kindNamesOf(config: Config): readonly string[] {
  return config.source.files.paths.length > 0 ? [''] : kindsFor(needsOf(config));
}

/** What the configured metrics are made of. */
export function needsOf({ metrics }: Config): ScanNeeds {
  return scanNeedsOf(selectRows(metrics));
}

/**
 * What the source is of, apart from how it is read: what was learnt of one is not true of another.
 */
export function originOf({ source: { files, kubernetes } }: Config): string {
  const { kubeconfig, context, namespace } = kubernetes;
  return JSON.stringify([files.paths, kubeconfig, context, namespace]);
}

/** A source whose making may fail as its reading does, and is tried again with the next read. */
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
}

/** The Kubernetes client takes longer to load than all else, so only who needs it loads it. */
export async function composeKubernetes(
  { source, state_dir: stateDir, cluster }: Config,
  { shard, needs, readsAhead }: KubernetesUse,
  signal: AbortSignal,
): Promise<ScanSource> {
  const { kubernetes } = source;
  const { createKubernetesSource } = await import('../sources/kubescape/kubernetes-source.ts');
  return createKubernetesSource({
    access: await composeAccess(kubernetes, signal),
    namespace: kubernetes.namespace,
    kinds: kindsFor(needs),
    needsRelevance: needs.relevance,
    readsAhead,
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
  });
}

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
  return createKubeconfigAccess(options, signal);
}
