import { ConfigError } from '../config/config-error.ts';
import { toAccess } from '../config/http-access.ts';
import { listShards } from '../config/resolve-shard.ts';
import type { Config } from '../config/schema.ts';
import { selfMetrics } from '../cycle/self-metrics.ts';
import { LabelValueLimiter } from '../metrics/label-value-limiter.ts';
import { rowLabels } from '../metrics/selection/select-rows.ts';
import type { Check } from '../model/check.ts';
import { deleteGroup, type DeleteGroupOptions } from '../sinks/pushgateway/delete-group.ts';
import { groupingLabels } from '../sinks/pushgateway/grouping-path.ts';
import { createPushgatewaySink } from '../sinks/pushgateway/pushgateway-sink.ts';
import { removeGroups } from '../sinks/pushgateway/remove-groups.ts';
import type { Sink } from '../sinks/sink.ts';
import { userAgent } from '../version.ts';
import { familyOrder } from './family-order.ts';

/** Removes the group that a check has made. */
export async function deleteCheckGroup(
  config: Config,
  cluster: string,
  signal: AbortSignal,
): Promise<void> {
  const { url, grouping, timeout: timeoutMs } = config.pushgateway;
  if (url === undefined) return;
  const labels = [['cluster', cluster] as const, ...Object.entries(grouping)];
  const group = { url, job: checkJob(config), labels, ...toHttp(config) };
  await deleteGroup({ ...group, timeoutMs, retryBudgetMs: 0, userAgent }, signal);
}

/**
 * Removes the group of the cluster from its Pushgateway, or those of its shards.
 *
 * @throws {ConfigError} Nothing says which Pushgateway, or which cluster.
 */
export function composeGroupRemoval(
  config: Config,
  isDryRun: boolean,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  const { cluster, source, metrics, retry_budget: retryBudgetMs } = config;
  const { url, job, grouping, timeout: timeoutMs } = config.pushgateway;
  if (url === undefined) throw missing('Pushgateway', '--pushgateway-url URL');
  if (cluster === undefined) throw missing('cluster', '--cluster NAME');
  // As in the cycle that pushed it.
  const name = new LabelValueLimiter(metrics.max_label_value_bytes).clean(cluster);
  const groups = listShards(source.sharding).map((shard) =>
    groupingLabels({ cluster: name, ...(shard !== undefined && { shard }) }, grouping),
  );
  const limits = { timeoutMs, retryBudgetMs, userAgent };
  return removeGroups({ url, job, groups, isDryRun, ...limits, ...toHttp(config) }, signal);
}

function missing(what: string, flag: string): ConfigError {
  return new ConfigError(`there is no telling which ${what} is meant: set it with ${flag}`);
}

export function checkJob({ pushgateway }: Config): string {
  return `${pushgateway.job}_check`;
}

/** The grouping key overwrites labels of the same name, so one that series have would falsify them. */
function refuseSeriesLabels({ metrics, pushgateway }: Config): void {
  const taken = Object.keys(pushgateway.grouping).find(
    (name) => seriesLabels.has(name) || metrics.custom.some(({ labels }) => labels.includes(name)),
  );
  if (taken === undefined) return;
  throw new ConfigError(
    `pushgateway.grouping: ${taken} is a label of the series themselves, and would be overwritten`,
  );
}

const seriesLabels: ReadonlySet<string> = new Set([
  ...rowLabels,
  ...selfMetrics.flatMap(({ labels }) => labels),
]);

export function composePushgateway(config: Config): Sink[] {
  const { metrics, pushgateway, retry_budget: retryBudgetMs } = config;
  const { url, job, grouping, compression, timeout } = pushgateway;
  if (url === undefined) return [];
  refuseSeriesLabels(config);
  return [
    createPushgatewaySink({
      url,
      job,
      grouping,
      method: pushgateway.method === 'put' ? 'PUT' : 'POST',
      compression,
      timeoutMs: timeout,
      warnSeries: pushgateway.warn_series,
      maxSeries: pushgateway.max_series,
      retryBudgetMs,
      familyOrder: familyOrder(metrics),
      userAgent,
      ...toHttp(config),
    }),
  ];
}

/** What goes with every request to the Pushgateway. */
function toHttp({ pushgateway }: Config): Pick<DeleteGroupOptions, 'headers' | 'access'> {
  return { headers: pushgateway.headers, access: toAccess(pushgateway) };
}
