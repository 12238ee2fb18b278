import type { EngineStatistics } from '../metrics/engine/engine.ts';
import { sortLabelNames } from '../metrics/label-value-limiter.ts';
import type { Label, MetricFamily, Series } from '../metrics/series.ts';
import type { SinkCounters } from '../sinks/sink.ts';
import type { KindUp } from '../sources/scan-source.ts';
import type { ReadStatistics } from './read-statistics.ts';

/** A receiver, as the agent speaks of it. */
export interface EndpointFacts {
  readonly name: string;
  readonly counters: SinkCounters;
  /** Milliseconds since the Unix epoch; absent before the first cycle that was taken whole. */
  readonly lastSuccessMs: number | undefined;
}

/** What the agent says about itself. */
export interface SelfMetricFacts {
  readonly cluster: string;
  readonly shard?: string;
  readonly version: string;
  readonly source: string;
  /** What the source reads, and whether it could be read. */
  readonly kinds: readonly KindUp[];
  readonly timestampMs: number;
  readonly durationMs: number;
  /** Cycles in a row whose source gave nothing. */
  readonly failedReads: number;
  readonly read: ReadStatistics;
  /** Absent before the first read that gave something. */
  readonly engine: EngineStatistics | undefined;
  readonly endpoints: readonly EndpointFacts[];
  /** Milliseconds from one cycle to the next; absent without a schedule. */
  readonly intervalMs: number | undefined;
}

interface OwnValue {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric of the agent itself; the name goes behind `kubescape_push_`, whatever the prefix is. */
export interface SelfMetric {
  readonly name: string;
  readonly type: MetricFamily['type'];
  readonly help: string;
  readonly labels: readonly string[];
  readonly values: (facts: SelfMetricFacts) => readonly OwnValue[];
}

export const OWN_PREFIX = 'kubescape_push_';

const MS_PER_SECOND = 1000;

const buildInfo = {
  name: `${OWN_PREFIX}build_info`,
  help: 'Version of the agent, always 1',
  type: 'gauge',
} as const;

/** The one series that is true at any time, also without a cycle. */
export function buildInfoSeries({
  cluster,
  version,
  shard = '',
}: Pick<SelfMetricFacts, 'cluster' | 'version' | 'shard'>): Series {
  return { family: buildInfo, labels: toLabels({ cluster, version, shard }), value: 1 };
}

/** Tells a cluster without findings from an agent that read nothing. */
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
    help: 'Unix time of the last cycle that the endpoint took whole',
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
    help: 'Unix time of the last cycle, whatever became of it',
    labels: ['cluster'],
    values: ({ timestampMs }) => [{ value: timestampMs / MS_PER_SECOND }],
  },
  {
    name: 'cycle_duration_seconds',
    type: 'gauge',
    help: 'Duration of the last cycle, reading and delivery of the results',
    labels: ['cluster'],
    values: ({ durationMs }) => [{ value: durationMs / MS_PER_SECOND }],
  },
  {
    name: 'interval_seconds',
    type: 'gauge',
    help: 'Time from one scheduled cycle to the next; absent without a schedule',
    labels: ['cluster'],
    values: ({ intervalMs }) =>
      intervalMs === undefined ? [] : [{ value: intervalMs / MS_PER_SECOND }],
  },
  {
    name: 'source_up',
    type: 'gauge',
    help: 'Whether scan results of the kind could be read in the last cycle, 1 or 0',
    labels: ['cluster', 'kind', 'source'],
    values: ({ source, kinds }) =>
      kinds.map(({ kind, isUp }) => ({ labels: { kind, source }, value: isUp ? 1 : 0 })),
  },
  {
    name: 'source_errors',
    type: 'gauge',
    help: 'Number of cycles in a row whose source gave nothing',
    labels: ['cluster', 'source'],
    values: ({ source, failedReads }) => [{ labels: { source }, value: failedReads }],
  },
  {
    name: 'reports_read',
    type: 'gauge',
    help: 'Number of reports that were read in the last cycle',
    labels: ['cluster'],
    values: ({ read }) => [{ value: read.read }],
  },
  {
    name: 'reports_skipped',
    type: 'gauge',
    help: 'Number of reports that could not be used, or not in full, in the last cycle',
    labels: ['cluster', 'reason'],
    values: ({ read }) =>
      Array.from(read.skipped, ([reason, value]) => ({ labels: { reason }, value })),
  },
  {
    name: 'series',
    type: 'gauge',
    help: 'Number of series about scan results in the last cycle that read some',
    labels: ['cluster'],
    values: ({ engine }) => (engine === undefined ? [] : [{ value: engine.series }]),
  },
  {
    name: 'series_merged',
    type: 'gauge',
    help: 'Number of values that were added to a series with the same labels in that cycle',
    labels: ['cluster'],
    values: ({ engine }) => (engine === undefined ? [] : [{ value: engine.merged }]),
  },
  counter('samples_sent_total', 'Number of samples that the endpoint took', 'samplesSent'),
  counter(
    'samples_failed_total',
    'Number of samples that the endpoint refused, or that were given up',
    'samplesFailed',
  ),
  counter(
    'samples_retried_total',
    'Number of samples in requests that were repeated',
    'samplesRetried',
  ),
  {
    name: 'samples_dropped_total',
    type: 'counter',
    help: 'Number of samples that were never offered to the endpoint, or given up before it took them',
    labels: ['cluster', 'endpoint', 'reason'],
    values: ({ endpoints }) =>
      endpoints.flatMap(({ name: endpoint, counters }) =>
        Array.from(counters.samplesDropped, ([reason, value]) => ({
          labels: { endpoint, reason },
          value,
        })),
      ),
  },
  counter('bytes_sent_total', 'Compressed size of the requests that were accepted', 'bytesSent'),
];

function counter(
  name: string,
  help: string,
  key: 'samplesSent' | 'samplesFailed' | 'samplesRetried' | 'bytesSent',
): SelfMetric {
  return {
    name,
    type: 'counter',
    help: `${help}, since the process began`,
    labels: ['cluster', 'endpoint'],
    values: ({ endpoints }) =>
      endpoints.map(({ name: endpoint, counters }) => ({
        labels: { endpoint },
        value: counters[key],
      })),
  };
}

export function selfSeries(facts: SelfMetricFacts): Series[] {
  const { cluster, shard = '' } = facts;
  return selfMetrics.flatMap(({ name, help, type, values }) => {
    const family = { name: `${OWN_PREFIX}${name}`, help, type };
    return values(facts).map(({ labels = {}, value }) => ({
      family,
      labels: toLabels({ ...labels, cluster, shard }),
      value,
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
