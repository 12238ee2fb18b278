import type { EngineStatistics } from '../metrics/engine.ts';
import type { Label, Series } from '../metrics/series.ts';
import type { ReadStatistics } from './read-statistics.ts';

/** What the agent says about itself. */
export interface OwnFacts {
  readonly cluster: string;
  readonly version: string;
  readonly source: string;
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

/** Tells a cluster without findings from an agent that read nothing. */
export const ownMetrics: readonly OwnMetric[] = [
  {
    name: 'build_info',
    help: 'Version of the agent, always 1',
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
    help: 'Whether the source gave scan results, 1 or 0',
    labels: ['cluster', 'source'],
    values: ({ source }) => [{ labels: { source }, value: 1 }],
  },
  {
    name: 'reports_read',
    help: 'Number of reports that were read in the last cycle',
    labels: ['cluster'],
    values: ({ read }) => [{ value: read.read }],
  },
  {
    name: 'reports_skipped',
    help: 'Number of reports that could not be used in the last cycle',
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
  return ownMetrics.flatMap(({ name, help, values }) => {
    const family = { name: `${OWN_PREFIX}${name}`, help, type: 'gauge' } as const;
    return values(facts).map(({ labels = {}, value }) => ({
      family,
      labels: toLabels({ cluster: facts.cluster, ...labels }),
      value,
    }));
  });
}

/** `cluster` sorts before every other name in use here. */
function toLabels(labels: Readonly<Record<string, string>>): Label[] {
  return Object.entries(labels).map(([name, value]) => ({ name, value }));
}
