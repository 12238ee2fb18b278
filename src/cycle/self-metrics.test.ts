import { describe, expect, it } from 'vitest';

import { SinkCounters } from '../sinks/sink-counters.ts';
import { skipReasons } from '../sources/skipped-report.ts';
import { ReadStatistics } from './read-statistics.ts';
import { type SelfMetricFacts, selfMetrics, selfSeries } from './self-metrics.ts';

describe('selfSeries', () => {
  it('describe the version, what was read and what was skipped', () => {
    expect(describeAll()).toEqual(
      expect.arrayContaining([
        'kubescape_push_build_info{cluster=c,version=1.2.3} 1',
        'kubescape_push_last_cycle_timestamp_seconds{cluster=c} 1700000000.5',
        'kubescape_push_reports_read{cluster=c} 1',
        ...skipReasons.map(
          (reason) =>
            `kubescape_push_reports_skipped{cluster=c,reason=${reason}} ${reason === 'binary' ? 1 : 0}`,
        ),
        'kubescape_push_series{cluster=c} 17',
        'kubescape_push_series_merged{cluster=c} 3',
        'kubescape_push_last_success_timestamp_seconds{cluster=c,endpoint=e} 1700000000.25',
        'kubescape_push_cycle_duration_seconds{cluster=c} 1.5',
        'kubescape_push_interval_seconds{cluster=c} 1800',
        'kubescape_push_source_errors{cluster=c,source=files} 2',
        'kubescape_push_samples_sent_total{cluster=c,endpoint=e} 12',
        'kubescape_push_samples_failed_total{cluster=c,endpoint=e} 3',
        'kubescape_push_samples_retried_total{cluster=c,endpoint=e} 30',
        'kubescape_push_samples_dropped_total{cluster=c,endpoint=e,reason=full} 4',
        'kubescape_push_bytes_sent_total{cluster=c,endpoint=e} 99',
      ]),
    );
  });

  it.each(selfMetrics)('gives $name its documented labels', ({ name, labels }) => {
    const series = create().filter(({ family }) => family.name === `kubescape_push_${name}`);

    expect(series.length).toBeGreaterThan(0);
    for (const one of series) {
      expect(one.labels.map((label) => label.name)).toEqual(labels);
      expect(one.labels.map((label) => label.name)).toEqual(labels.toSorted());
      expect(one.labels.every(({ value }) => value !== '')).toBe(true);
    }
  });

  it('reports an available source', () => {
    expect(describeAll().filter((text) => text.startsWith('kubescape_push_source_up{'))).toEqual([
      expect.stringMatching(/^.*source=files.* 1$/),
    ]);
  });

  it('omits the interval, last success and series if there were none', () => {
    const names = create({
      intervalMs: undefined,
      engine: undefined,
      endpoints: [{ name: 'e', counters: new SinkCounters(), lastSuccessMs: undefined }],
    }).map(({ family }) => family.name.slice('kubescape_push_'.length));

    for (const name of ['interval_seconds', 'last_success_timestamp_seconds', 'series']) {
      expect(names).not.toContain(name);
    }
    expect(names).toContain('samples_sent_total');
  });

  it('ends the names of counters, and of nothing else, with _total', () => {
    for (const { family } of create()) {
      expect(family.type).toBe(family.name.endsWith('_total') ? 'counter' : 'gauge');
    }
  });

  it('states the time of 0 for counters, and for nothing else', () => {
    for (const { family, startMs } of create()) {
      expect(startMs !== undefined).toBe(family.type === 'counter');
    }
  });

  it('has no duplicate label sets', () => {
    const sets = describeAll().map((text) => text.replace(/ .*$/, ''));

    expect(new Set(sets).size).toBe(sets.length);
  });
});

function create(change: Partial<SelfMetricFacts> = {}) {
  const counters = new SinkCounters();
  counters.addRetry(15);
  counters.addRetry(15);
  counters.add({ sent: 12, rejected: 2, pending: 5, persisted: 4, bytes: 99, errors: [] });
  counters.drop('full', 4);
  const read = new ReadStatistics();
  read.countRead();
  read.countSkipped({ reason: 'binary', where: 'x', message: 'y' });
  const facts = {
    cluster: 'c',
    version: '1.2.3',
    source: 'files',
    timestampMs: 1_700_000_000_500,
    read,
    engine: { series: 17, merged: 3, truncatedValues: 0 },
    kinds: [{ kind: 'k', isUp: true, hasFailed: false }],
    durationMs: 1500,
    isComplete: true,
    failedReads: 2,
    intervalMs: 1_800_000,
    endpoints: [{ name: 'e', counters, lastSuccessMs: 1_700_000_000_250 }],
    ...change,
  };
  return selfSeries(facts);
}

function describeAll(): string[] {
  return create().map(({ family, labels, value }) => {
    const pairs = labels.map((label) => `${label.name}=${label.value}`);
    return `${family.name}{${pairs.join(',')}} ${value}`;
  });
}
