import { describe, expect, it } from 'vitest';

import { skipReasons } from '../sources/skipped-report.ts';
import { ownMetrics, ownSeries } from './own-metrics.ts';
import { ReadStatistics } from './read-statistics.ts';

describe('ownSeries', () => {
  it('says what the agent is, what it read, and what it left out', () => {
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
      ]),
    );
  });

  it.each(ownMetrics)('gives $name the labels that it is documented with', ({ name, labels }) => {
    const series = create().filter(({ family }) => family.name === `kubescape_push_${name}`);

    expect(series.length).toBeGreaterThan(0);
    for (const one of series) {
      expect(one.labels.map((label) => label.name)).toEqual(labels);
      expect(one.labels.map((label) => label.name)).toEqual(labels.toSorted());
      expect(one.labels.every(({ value }) => value !== '')).toBe(true);
    }
  });

  it('says of its source that it gave something', () => {
    expect(describeAll().filter((text) => text.startsWith('kubescape_push_source_up{'))).toEqual([
      expect.stringMatching(/^.*source=files.* 1$/),
    ]);
  });

  it('gives no label set twice', () => {
    const sets = describeAll().map((text) => text.replace(/ .*$/, ''));

    expect(new Set(sets).size).toBe(sets.length);
  });
});

function create() {
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
  };
  return ownSeries(facts);
}

function describeAll(): string[] {
  return create().map(({ family, labels, value }) => {
    const pairs = labels.map((label) => `${label.name}=${label.value}`);
    return `${family.name}{${pairs.join(',')}} ${value}`;
  });
}
