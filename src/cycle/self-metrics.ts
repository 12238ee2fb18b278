import type { EngineStatistics } from '../metrics/engine/engine.ts';
import { sortLabelNames } from '../metrics/label-value-limiter.ts';
import type { Label, MetricFamily, Series } from '../metrics/series.ts';
import type { SinkCounters } from '../sinks/sink.ts';
import type { KindUp } from '../sources/scan-source.ts';
import type { ReadStatistics } from './read-statistics.ts';

export interface EndpointFacts {
  readonly name: string;
  readonly counters: SinkCounters;
  /** Milliseconds since the Unix epoch. Absent before the first complete delivery. */
  readonly lastSuccessMs: number | undefined;
}

export interface SelfMetricFacts {
  readonly cluster: string;
  readonly shard?: string;
  readonly version: string;
  readonly source: string;
  readonly kinds: readonly KindUp[];
  readonly timestampMs: number;
  readonly durationMs: number;
  /** Consecutive failed reads. */
  readonly failedReads: number;
  readonly read: ReadStatistics;
  /** Whether the scan results contain everything that a healthy cluster provides. */
  readonly isComplete: boolean;
  /** Absent before the first successful read. */
  readonly engine: EngineStatistics | undefined;
  readonly endpoints: readonly EndpointFacts[];
  /** Milliseconds between two cycles. Absent without a schedule. */
  readonly intervalMs: number | undefined;
}

interface SelfValue {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** When a counter was 0, in milliseconds since the Unix epoch. */
  readonly startMs?: number;
}

/** A metric about the agent. Its name gets the prefix `kubescape_push_`, independent of `metrics.prefix`. */
export interface SelfMetric {
  readonly name: string;
  readonly type: MetricFamily['type'];
  readonly help: string;
  readonly labels: readonly string[];
  readonly values: (facts: SelfMetricFacts) => readonly SelfValue[];
}

export const SELF_PREFIX = 'kubescape_push_';

const MS_PER_SECOND = 1000;

const buildInfo = {
  name: `${SELF_PREFIX}build_info`,
  help: 'Version of the agent. The value is always 1',
  type: 'gauge',
} as const;

/** Creates the only self-metric that does not depend on a cycle. */
export function buildInfoSeries({
  cluster,
  version,
  shard = '',
}: Pick<SelfMetricFacts, 'cluster' | 'version' | 'shard'>): Series {
  return { family: buildInfo, labels: toLabels({ cluster, version, shard }), value: 1 };
}

export const selfMetrics: readonly SelfMetric[] = [
  {
    name: 'build_info',
    type: 'gauge',
    help: buildInfo.help,
    labels: ['cluster', 'version'],
    values: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  {
    name: 'last_success_timestamp_seconds',
    type: 'gauge',
    help: 'Unix time of the last cycle that was delivered completely to the endpoint',
    labels: ['cluster', 'endpoint'],
    values: ({ endpoints }) =>
      endpoints.flatMap(({ name: endpoint, lastSuccessMs }) =>
        lastSuccessMs === undefined
          ? []
          : [{ labels: { endpoint }, value: lastSuccessMs / MS_PER_SECOND }],
      ),
  },
  {
    name: 'last_cycle_timestamp_seconds',
    type: 'gauge',
    help: 'Unix time of the last cycle, successful or not',
    labels: ['cluster'],
    values: ({ timestampMs }) => [{ value: timestampMs / MS_PER_SECOND }],
  },
  {
    name: 'cycle_duration_seconds',
    type: 'gauge',
    help: 'Duration of the last cycle, including reading and delivering the results',
    labels: ['cluster'],
    values: ({ durationMs }) => [{ value: durationMs / MS_PER_SECOND }],
  },
  {
    name: 'interval_seconds',
    type: 'gauge',
    help: 'Time between two scheduled cycles. Absent without a schedule',
    labels: ['cluster'],
    values: ({ intervalMs }) =>
      intervalMs === undefined ? [] : [{ value: intervalMs / MS_PER_SECOND }],
  },
  {
    name: 'source_up',
    type: 'gauge',
    help: '1 if scan results of this kind could be read in the last cycle, else 0',
    labels: ['cluster', 'kind', 'source'],
    values: ({ source, kinds }) =>
      kinds.map(({ kind, isUp }) => ({ labels: { kind, source }, value: isUp ? 1 : 0 })),
  },
  {
    name: 'source_complete',
    type: 'gauge',
    help: '1 if nothing was missing from the scan results of the last cycle, else 0',
    labels: ['cluster', 'source'],
    values: ({ source, isComplete }) => [{ labels: { source }, value: isComplete ? 1 : 0 }],
  },
  {
    name: 'source_errors',
    type: 'gauge',
    help: 'Number of consecutive cycles whose source could not be read',
    labels: ['cluster', 'source'],
    values: ({ source, failedReads }) => [{ labels: { source }, value: failedReads }],
  },
  {
    name: 'reports_read',
    type: 'gauge',
    help: 'Number of reports read in the last cycle',
    labels: ['cluster'],
    values: ({ read }) => [{ value: read.read }],
  },
  {
    name: 'reports_skipped',
    type: 'gauge',
    help: 'Number of reports skipped completely or partly in the last cycle',
    labels: ['cluster', 'reason'],
    values: ({ read }) =>
      Array.from(read.skipped, ([reason, value]) => ({ labels: { reason }, value })),
  },
  {
    name: 'series',
    type: 'gauge',
    help: 'Number of series from scan results in the last cycle that could read them',
    labels: ['cluster'],
    values: ({ engine }) => (engine === undefined ? [] : [{ value: engine.series }]),
  },
  {
    name: 'series_merged',
    type: 'gauge',
    help: 'Number of values added to a series with the same labels in the last cycle that could read scan results',
    labels: ['cluster'],
    values: ({ engine }) => (engine === undefined ? [] : [{ value: engine.merged }]),
  },
  counter('samples_sent_total', 'Number of samples accepted by the endpoint', 'samplesSent'),
  counter(
    'samples_failed_total',
    'Number of samples that were rejected, or not accepted within the retry budget',
    'samplesFailed',
  ),
  counter('samples_retried_total', 'Number of samples in retried requests', 'samplesRetried'),
  {
    name: 'samples_dropped_total',
    type: 'counter',
    help: 'Number of samples dropped before the endpoint accepted them',
    labels: ['cluster', 'endpoint', 'reason'],
    values: ({ endpoints }) =>
      endpoints.flatMap(({ name: endpoint, counters }) =>
        Array.from(counters.samplesDropped, ([reason, value]) => ({
          labels: { endpoint, reason },
          value,
          startMs: counters.startMs,
        })),
      ),
  },
  counter('bytes_sent_total', 'Compressed size of accepted requests', 'bytesSent'),
];

function counter(
  name: string,
  help: string,
  key: 'samplesSent' | 'samplesFailed' | 'samplesRetried' | 'bytesSent',
): SelfMetric {
  return {
    name,
    type: 'counter',
    help: `${help}, since the process started`,
    labels: ['cluster', 'endpoint'],
    values: ({ endpoints }) =>
      endpoints.map(({ name: endpoint, counters }) => ({
        labels: { endpoint },
        value: counters[key],
        startMs: counters.startMs,
      })),
  };
}

export function selfSeries(facts: SelfMetricFacts): Series[] {
  const { cluster, shard = '' } = facts;
  return selfMetrics.flatMap(({ name, help, type, values }) => {
    const family = { name: `${SELF_PREFIX}${name}`, help, type };
    return values(facts).map(({ labels = {}, ...rest }) => ({
      family,
      labels: toLabels({ ...labels, cluster, shard }),
      ...rest,
    }));
  });
}

function toLabels(labels: Readonly<Record<string, string>>): Label[] {
  const names = sortLabelNames(Object.keys(labels));
  return names.flatMap((name) => {
    const value = labels[name] ?? '';
    return value === '' ? [] : [{ name, value }];
  });
}
