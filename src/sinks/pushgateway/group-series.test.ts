import { describe, expect, it } from 'vitest';

import type { MetricFamily, Series } from '../../metrics/series.ts';
import { GroupSeries } from './group-series.ts';

const family: MetricFamily = { name: 'm', help: 'M.', type: 'gauge' };
const other: MetricFamily = { name: 'n', help: 'N.', type: 'gauge' };

interface RepeatCase {
  readonly labelSets: readonly Record<string, string>[];
  readonly repeated: string | undefined;
}

describe('P3: labels of the grouping key', () => {
  it('are the only labels that are removed from a series', () => {
    const group = new GroupSeries(['job', 'cluster', 'shard']);
    const series = toSeries({ cluster: 'c', image: 'x', job: 'j', shard: '0', tag: '1' }, 7);

    expect(group.removeGroupingLabels(series)).toEqual(toSeries({ image: 'x', tag: '1' }, 7));
    expect(group.repeated).toBeUndefined();
  });

  it.each`
    what                                      | labelSets                                                      | repeated
    ${'differ in another label'}              | ${[{ cluster: 'c', a: '1' }, { cluster: 'c', a: '2' }]}        | ${undefined}
    ${'differ in both'}                       | ${[{ cluster: 'c', a: '1' }, { cluster: 'd', a: '2' }]}        | ${undefined}
    ${'differ in a grouping label only'}      | ${[{ cluster: 'c', a: '1' }, { cluster: 'd', a: '1' }]}        | ${'m{a="1"}'}
    ${'differ in having the grouping label'}  | ${[{ cluster: 'c' }, {}]}                                      | ${'m'}
    ${'are the same'}                         | ${[{ a: '1' }, { a: '1' }]}                                    | ${'m{a="1"}'}
    ${'are the same, with one between'}       | ${[{ a: '1' }, { a: '2' }, { a: '1' }]}                        | ${'m{a="1"}'}
    ${'only look alike when strung together'} | ${[{ a: '1",b="2' }, { a: '1', b: '2' }]}                      | ${undefined}
    ${'are two pairs, of which one is named'} | ${[{ a: '1' }, { a: '1' }, { a: '2' }, { a: '2' }, { b: '' }]} | ${'m{a="1"}'}
  `('decide whether series that $what are rejected', (row: RepeatCase) => {
    const group = new GroupSeries(['job', 'cluster']);

    for (const labels of row.labelSets) group.removeGroupingLabels(toSeries(labels, 1));

    expect(group.repeated).toBe(row.repeated);
  });

  it('do not merge series of two families that share their labels', () => {
    const group = new GroupSeries(['cluster']);
    const series = toSeries({ cluster: 'c', a: '1' }, 1);

    group.removeGroupingLabels(series);
    group.removeGroupingLabels({ ...series, family: other });
    expect(group.repeated).toBeUndefined();

    group.removeGroupingLabels({ ...series, family: other });
    expect(group.repeated).toBe('n{a="1"}');
  });
});

function toSeries(labels: Record<string, string>, value: number): Series {
  return {
    family,
    labels: Object.entries(labels).map(([name, text]) => ({ name, value: text })),
    value,
  };
}
