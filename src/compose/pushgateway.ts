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
import type { SinkUse } from './sink-use.ts';

/** Deletes the group created by `check`. */
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
 * Deletes the group of the cluster, or the groups of its shards.
 *
 * @throws {ConfigError} The Pushgateway or the cluster is not configured.
 */
export function composeGroupRemoval(
  config: Config,
  isDryRun: boolean,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  const { cluster, source, metrics, retry_budget: retryBudgetMs } = config;
  const { url, job, grouping, timeout: timeoutMs } = config.pushgateway;
  if (url === undefined) throw missing('Pushgateway URL', '--pushgateway-url');
  if (cluster === undefined) throw missing('cluster name', '--cluster');
  // A push cleans the name in the same way.
  const name = new LabelValueLimiter(metrics.max_label_value_bytes).clean(cluster);
  const groups = listShards(source.sharding).map((shard) =>
    groupingLabels({ cluster: name, ...(shard !== undefined && { shard }) }, grouping),
  );
  const limits = { timeoutMs, retryBudgetMs, userAgent };
  return removeGroups({ url, job, groups, isDryRun, ...limits, ...toHttp(config) }, signal);
}

function missing(what: string, flag: string): ConfigError {
  return new ConfigError(`no ${what}; set ${flag}`);
}

export function checkJob({ pushgateway }: Config): string {
  return `${pushgateway.job}_check`;
}

/** A grouping label overwrites the label of the same name in every series. */
function rejectSeriesLabels({ metrics, pushgateway }: Config): void {
  const taken = Object.keys(pushgateway.grouping).find(
    (name) => seriesLabels.has(name) || metrics.custom.some(({ labels }) => labels.includes(name)),
  );
  if (taken === undefined) return;
  throw new ConfigError(
    `pushgateway.grouping: ${taken} would overwrite the label of the same name in the series; choose another name`,
  );
}

const seriesLabels: ReadonlySet<string> = new Set([
  ...rowLabels,
  ...selfMetrics.flatMap(({ labels }) => labels),
]);

export function composePushgateway(config: Config, { warn }: SinkUse): Sink[] {
  const { metrics, pushgateway, retry_budget: retryBudgetMs } = config;
  const { url, job, grouping, compression, timeout } = pushgateway;
  if (url === undefined) return [];
  rejectSeriesLabels(config);
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
      ...(warn && { warn }),
      ...toHttp(config),
    }),
  ];
}

function toHttp({ pushgateway }: Config): Pick<DeleteGroupOptions, 'headers' | 'access'> {
  return { headers: pushgateway.headers, access: toAccess(pushgateway) };
}
