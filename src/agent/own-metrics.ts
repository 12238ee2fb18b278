import type { EngineStatistics } from '../metrics/engine.ts';
import { sortLabelNames } from '../metrics/label-rules.ts';
import type { Label, Series } from '../metrics/series.ts';
import type { KindUp } from '../sources/scan-source.ts';
import type { ReadStatistics } from './read-statistics.ts';

/** What the agent says about itself. */
export interface OwnFacts {
  readonly cluster: string;
  readonly shard?: string;
  readonly version: string;
  readonly source: string;
  /** What the source reads, and whether it could be read. */
  readonly kinds: readonly KindUp[];
  readonly timestampMs: number;
  readonly read: ReadStatistics;
  readonly engine: EngineStatistics;
}

interface OwnValue {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric of the agent itself; the name goes behind `kubescape_push_`, whatever the prefix is. */
export interface OwnMetric {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly values: (facts: OwnFacts) => readonly OwnValue[];
}

export const OWN_PREFIX = 'kubescape_push_';

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
}: Pick<OwnFacts, 'cluster' | 'version' | 'shard'>): Series {
  return { family: buildInfo, labels: toLabels({ cluster, version, shard }), value: 1 };
}

/** Tells a cluster without findings from an agent that read nothing. */
export const ownMetrics: readonly OwnMetric[] = [
  {
    name: 'build_info',
    help: buildInfo.help,
    labels: ['cluster', 'version'],
    values: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  {
    name: 'last_cycle_timestamp_seconds',
    help: 'Unix time of the samples of the last cycle',
    labels: ['cluster'],
    values: ({ timestampMs }) => [{ value: timestampMs / 1000 }],
  },
  {
    name: 'source_up',
    help: 'Whether scan results of the kind could be read in the last cycle, 1 or 0',
    labels: ['cluster', 'kind', 'source'],
    values: ({ source, kinds }) =>
      kinds.map(({ kind, isUp }) => ({ labels: { kind, source }, value: isUp ? 1 : 0 })),
  },
  {
    name: 'reports_read',
    help: 'Number of reports that were read in the last cycle',
    labels: ['cluster'],
    values: ({ read }) => [{ value: read.read }],
  },
  {
    name: 'reports_skipped',
    help: 'Number of reports that could not be used, or not in full, in the last cycle',
    labels: ['cluster', 'reason'],
    values: ({ read }) =>
      Array.from(read.skipped, ([reason, value]) => ({ labels: { reason }, value })),
  },
  {
    name: 'series',
    help: 'Number of series about scan results in the last cycle',
    labels: ['cluster'],
    values: ({ engine }) => [{ value: engine.series }],
  },
  {
    name: 'series_merged',
    help: 'Number of values that were added to a series with the same labels in the last cycle',
    labels: ['cluster'],
    values: ({ engine }) => [{ value: engine.merged }],
  },
];

export function ownSeries(facts: OwnFacts): Series[] {
  const { cluster, shard = '' } = facts;
  return ownMetrics.flatMap(({ name, help, values }) => {
    const family = { name: `${OWN_PREFIX}${name}`, help, type: 'gauge' } as const;
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
