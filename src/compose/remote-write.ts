import { toAccess } from '../config/http-access.ts';
import { resolveShard } from '../config/resolve-shard.ts';
import type { Config } from '../config/schema.ts';
import type { RateLimits } from '../remote-write/client/rate-limit.ts';
import { createRemoteWriteSink } from '../sinks/remote-write-sink.ts';
import type { Sink } from '../sinks/sink.ts';
import { samplesFolder } from '../state/state-folder.ts';
import { userAgent } from '../version.ts';
import type { SinkUse } from './sink-use.ts';

export async function composeRemoteWrite(config: Config, use: SinkUse): Promise<Sink[]> {
  const { remote_write: endpoints, retry_budget: retryBudgetMs } = config;
  if (endpoints.length === 0) return [];
  const stateDir = stateDirOf(config);
  const { loadSnappy } = await import('../remote-write/wire/load-snappy.ts');
  const compressor = await loadSnappy();
  return endpoints.map(({ queue_config: queue, ...endpoint }) =>
    createRemoteWriteSink({
      url: endpoint.url,
      ...(endpoint.name !== undefined && { name: endpoint.name }),
      headers: endpoint.headers,
      access: toAccess(endpoint),
      timeoutMs: endpoint.remote_timeout,
      maxSamplesPerSend: queue.max_samples_per_send,
      minBackoffMs: queue.min_backoff,
      maxBackoffMs: queue.max_backoff,
      retryOn429: queue.retry_on_http_429,
      retryBudgetMs,
      concurrency: queue.max_shards,
      relabelConfigs: endpoint.write_relabel_configs,
      maxLabels: config.metrics.max_labels,
      maxLabelValueBytes: config.metrics.max_label_value_bytes,
      protocol: endpoint.protocol,
      maxPendingSamples: queue.capacity,
      hasOthers: endpoints.length > 1 || config.pushgateway.url !== undefined,
      sampleAgeLimitMs: queue.sample_age_limit,
      rateLimits: toRateLimits(endpoint.rate_limit),
      sendMetadata: endpoint.metadata_config.send,
      externalLabels: config.external_labels,
      compressor,
      stateDir,
      maxPersistedBytes: config.state_max_size,
      ...use,
      userAgent,
    }),
  );
}

function stateDirOf({ state_dir: path, source }: Config): string | undefined {
  if (path === undefined) return undefined;
  return samplesFolder({ path, shard: resolveShard(source.sharding, process.env) });
}

function toRateLimits(limit: Config['remote_write'][number]['rate_limit']): RateLimits {
  const { samples_per_second: samples, bytes_per_second: bytes } = limit;
  return { ...(samples !== undefined && { samples }), ...(bytes !== undefined && { bytes }) };
}
