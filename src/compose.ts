import type { Writable } from 'node:stream';

import type { CycleOptions } from './agent/cycle.ts';
import { ownMetrics, OWN_PREFIX } from './agent/own-metrics.ts';
import type { Config } from './config/schema.ts';
import { selectRows } from './metrics/select-rows.ts';
import { createPushgatewaySink } from './sinks/pushgateway/pushgateway-sink.ts';
import { createRemoteWriteSink } from './sinks/remote-write-sink.ts';
import type { Sink } from './sinks/sink.ts';
import { createStdoutSink } from './sinks/stdout-sink.ts';
import { createFilesSource } from './sources/files/files-source.ts';
import { userAgent, version } from './version.ts';

/** Objects and lists that may lie in each other: five times as deep as any scan result is. */
const MAX_DEPTH = 100;

/** Bytes of one request before compression; Prometheus refuses more than 32 MiB. */
const MAX_REQUEST_BYTES = 4 * 2 ** 20;

/** Turns the configuration into everything that a cycle needs. */
export function compose(config: Config, sinks: readonly Sink[]): CycleOptions {
  const { metrics } = config;
  return {
    source: createFilesSource({
      paths: config.source.files.paths,
      limits: { maxDocumentBytes: config.source.files.max_document_size, maxDepth: MAX_DEPTH },
    }),
    sinks,
    rows: selectRows(metrics),
    maxLabelValueBytes: metrics.max_label_value_bytes,
    cluster: config.cluster,
    version,
  };
}

/** Every configured receiver, or standard output if there is none. */
export function composeSinks(config: Config, stdout: Writable): readonly Sink[] {
  const sinks = [...composeRemoteWrite(config), ...composePushgateway(config)];
  return sinks.length === 0 ? [composeStdout(config, stdout)] : sinks;
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

function composePushgateway({ metrics, pushgateway, retry_budget: retryBudgetMs }: Config): Sink[] {
  const { url, job, grouping, timeout, max_series: maxSeries } = pushgateway;
  if (url === undefined) return [];
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
