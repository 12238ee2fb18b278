import type { Writable } from 'node:stream';

import type { CycleOptions } from './agent/cycle.ts';
import { ownMetrics, OWN_PREFIX } from './agent/own-metrics.ts';
import { ConfigError } from './config/config-error.ts';
import type { Kubernetes } from './config/kubernetes.ts';
import { type ResolvedShard, resolveShard } from './config/resolve-shard.ts';
import type { Config } from './config/schema.ts';
import { rowLabels, selectRows } from './metrics/select-rows.ts';
import type { Check } from './model/check.ts';
import { deleteGroup } from './sinks/pushgateway/delete-group.ts';
import { createPushgatewaySink } from './sinks/pushgateway/pushgateway-sink.ts';
import { createRemoteWriteSink } from './sinks/remote-write-sink.ts';
import type { Sink } from './sinks/sink.ts';
import { createStdoutSink } from './sinks/stdout-sink.ts';
import { createFilesSource } from './sources/files/files-source.ts';
import { watchFiles } from './sources/files/watch-files.ts';
import type { ClusterFacts } from './sources/kubernetes/check-cluster.ts';
import type { ClusterAccess } from './sources/kubernetes/cluster-access.ts';
import { type ScanSource, SourceError } from './sources/scan-source.ts';
import type { SkippedReport } from './sources/skipped-report.ts';
import { userAgent, version } from './version.ts';

/** Objects and lists that may lie in each other: five times as deep as any scan result is. */
const MAX_DEPTH = 100;

/** A check is looked at while it runs: one or two retries, and then the truth. */
const CHECK_BUDGET_MS = 5000;

/** Bytes of one request before compression; Prometheus refuses more than 32 MiB. */
const MAX_REQUEST_BYTES = 4 * 2 ** 20;

export interface ComposeOptions {
  readonly sinks: readonly Sink[];
  /** Tells which shard this process is. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Turns the configuration into everything that a cycle needs. */
export async function compose(
  config: Config,
  { sinks, environment, signal }: ComposeOptions,
): Promise<CycleOptions> {
  const { metrics, source } = config;
  const shard = resolveShard(source.sharding, environment);
  return {
    source:
      source.files.paths.length > 0
        ? composeFiles(config)
        : composeLater('kubernetes', async () => composeKubernetes(config, shard, signal)),
    sinks,
    rows: selectRows(metrics),
    maxLabelValueBytes: metrics.max_label_value_bytes,
    cluster: config.cluster,
    version,
    ...(shard !== undefined && { shard: String(shard.index) }),
  };
}

function composeFiles({ source: { files } }: Config): ScanSource {
  return createFilesSource({
    paths: files.paths,
    limits: { maxDocumentBytes: files.max_document_size, maxDepth: MAX_DEPTH },
  });
}

/**
 * What the source is of, apart from how it is read: what was learnt of one is not true of another.
 */
export function originOf({ source: { files, kubernetes } }: Config): string {
  const { kubeconfig, context, namespace } = kubernetes;
  return JSON.stringify([files.paths, kubeconfig, context, namespace]);
}

/** A source whose making may fail as its reading does, and is tried again with the next read. */
function composeLater(name: string, create: () => Promise<ScanSource>): ScanSource {
  let source: ScanSource | undefined;
  return {
    name,
    async read(observer, options) {
      source ??= await create();
      return source.read(observer, options);
    },
  };
}

/** The Kubernetes client takes longer to load than all else, so only who needs it loads it. */
async function composeKubernetes(
  { source, state_dir: stateDir }: Config,
  shard: ResolvedShard | undefined,
  signal: AbortSignal,
): Promise<ScanSource> {
  const { kubernetes } = source;
  const { createKubernetesSource } = await import('./sources/kubernetes/kubernetes-source.ts');
  return createKubernetesSource({
    access: await composeAccess(kubernetes, signal),
    namespace: kubernetes.namespace,
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

/**
 * Watches for changes of scan results until the signal aborts. What it tells is a hint: it may come
 * for nothing, and it may not come.
 *
 * @throws {SourceError} The cluster cannot be reached at all.
 */
export async function composeChanges(
  { source: { files, kubernetes } }: Config,
  onChange: () => void,
  signal: AbortSignal,
): Promise<void> {
  if (files.paths.length > 0) {
    await watchFiles({ paths: files.paths, onChange, signal });
    return;
  }
  const { ApiClient } = await import('./sources/kubernetes/api-client.ts');
  const { nodeClock: clock } = await import('./sources/kubernetes/retry-clock.ts');
  const { watchChanges } = await import('./sources/kubernetes/watch-changes.ts');
  const { timeout: timeoutMs, retry_budget: retryBudgetMs } = kubernetes;
  const access = await composeAccess(kubernetes, signal);
  const client = new ApiClient({ access, timeoutMs, retryBudgetMs });
  await watchChanges({ access, client, clock, timeoutMs, onChange: () => onChange(), signal });
}

/** What `check` looks at where results lie in files: whether they can be read. */
export async function* composeFilesCheck(
  config: Config,
  facts: ClusterFacts,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  const skipped: string[] = [];
  let reports = 0;
  const observer = {
    read: () => void reports++,
    skipped: ({ where, message }: SkippedReport) => void skipped.push(`${where}: ${message}`),
    progress: () => undefined,
    warn: (message: string) => void skipped.push(message),
  };
  const subject = 'files';
  try {
    const { inventory } = await composeFiles(config).read(observer, { signal });
    facts.clusterName ??= inventory.clusters[0];
    yield { subject, status: 'ok', finding: `${reports} reports can be read` };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    yield { subject, status: 'failed', finding: error.message };
  }
  for (const finding of skipped.slice(0, 10)) yield { subject, status: 'warning', finding };
}

/** What `check` looks at in the cluster, step by step. */
export async function* composeClusterCheck(
  { source: { kubernetes } }: Config,
  facts: ClusterFacts,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  const { ApiClient } = await import('./sources/kubernetes/api-client.ts');
  const { checkCluster } = await import('./sources/kubernetes/check-cluster.ts');
  const { namespace, timeout: timeoutMs } = kubernetes;
  const access = await composeAccess(kubernetes, signal);
  const client = new ApiClient({ access, timeoutMs, retryBudgetMs: CHECK_BUDGET_MS });
  yield* checkCluster({ access, client, namespace, timeoutMs, now: Date.now, signal }, facts);
}

async function composeAccess(
  { kubeconfig, context }: Kubernetes,
  signal: AbortSignal,
): Promise<ClusterAccess> {
  const { createKubeconfigAccess } = await import('./sources/kubernetes/kubeconfig-access.ts');
  const options = {
    userAgent,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
  return createKubeconfigAccess(options, signal);
}

/** Every configured receiver, or standard output if there is none. */
export function composeSinks(config: Config, stdout: Writable): readonly Sink[] {
  const sinks = [...composeRemoteWrite(config), ...composePushgateway(config)];
  return sinks.length === 0 ? [composeStdout(config, stdout)] : sinks;
}

/**
 * The same receivers for one harmless write, without retries. The Pushgateway gets it in a group
 * of its own, because a write to the real one would replace what is there.
 */
export function composeCheckSinks(config: Config): readonly Sink[] {
  const { pushgateway } = config;
  const once = { ...config, retry_budget: 0 };
  const checked = { ...once, pushgateway: { ...pushgateway, job: checkJob(config) } };
  return [...composeRemoteWrite(checked), ...composePushgateway(checked)];
}

/** Removes the group that a check has made. */
export async function deleteCheckGroup(
  config: Config,
  cluster: string,
  signal: AbortSignal,
): Promise<void> {
  const { url, grouping, timeout: timeoutMs } = config.pushgateway;
  if (url === undefined) return;
  const labels = [['cluster', cluster] as const, ...Object.entries(grouping)];
  await deleteGroup({ url, job: checkJob(config), labels, timeoutMs, userAgent }, signal);
}

function checkJob({ pushgateway }: Config): string {
  return `${pushgateway.job}_check`;
}

export function composeStdout({ metrics }: Config, stream: Writable): Sink {
  return createStdoutSink({ stream, familyOrder: familyOrder(metrics) });
}

function composeRemoteWrite({ remote_write: endpoints, retry_budget: retryBudgetMs }: Config) {
  return endpoints.map(({ queue_config: queue, ...endpoint }) =>
    createRemoteWriteSink({
      url: endpoint.url,
      ...(endpoint.name !== undefined && { name: endpoint.name }),
      headers: endpoint.headers,
      timeoutMs: endpoint.remote_timeout,
      maxSamplesPerSend: queue.max_samples_per_send,
      maxBytesPerSend: MAX_REQUEST_BYTES,
      minBackoffMs: queue.min_backoff,
      maxBackoffMs: queue.max_backoff,
      retryOn429: queue.retry_on_http_429,
      retryBudgetMs,
      concurrency: queue.max_shards,
      userAgent,
    }),
  );
}

/** The grouping key overwrites labels of the same name, so one that series have would falsify them. */
function refuseSeriesLabels(grouping: Readonly<Record<string, string>>): void {
  const taken = Object.keys(grouping).find((name) => seriesLabels.has(name));
  if (taken === undefined) return;
  throw new ConfigError(
    `pushgateway.grouping: ${taken} is a label of the series themselves, and would be overwritten`,
  );
}

const seriesLabels: ReadonlySet<string> = new Set([
  ...rowLabels,
  ...ownMetrics.flatMap(({ labels }) => labels),
]);

function composePushgateway({ metrics, pushgateway, retry_budget: retryBudgetMs }: Config): Sink[] {
  const { url, job, grouping, timeout, max_series: maxSeries } = pushgateway;
  if (url === undefined) return [];
  refuseSeriesLabels(grouping);
  return [
    createPushgatewaySink({
      url,
      job,
      grouping,
      timeoutMs: timeout,
      maxSeries,
      retryBudgetMs,
      familyOrder: familyOrder(metrics),
      userAgent,
    }),
  ];
}

function familyOrder(metrics: Config['metrics']): string[] {
  const rows = selectRows(metrics).map(({ name }) => name);
  return [...rows, ...ownMetrics.map(({ name }) => `${OWN_PREFIX}${name}`)];
}
