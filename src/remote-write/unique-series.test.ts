import { describe, expect, it } from 'vitest';

import { compileRelabeling } from './relabel/relabel.ts';
import { SeriesHasher } from './series-hash.ts';
import type { Label } from './time-series.ts';
import { UniqueSeries } from './unique-series.ts';

describe('E8: UniqueSeries', () => {
  it('lets the first sample of each series through, and counts the others', () => {
    const unique = new UniqueSeries();
    const series = ['a', 'b', 'a', 'c', 'b', 'a'].map((pod) => toLabels({ pod }));

    expect(series.map((labels) => unique.add(labels))).toEqual([
      true,
      true,
      false,
      true,
      false,
      false,
    ]);
    expect(unique.duplicates).toBe(3);
    expect(unique.series.size).toBe(3);
  });

  it('finds series that become one when a label is dropped', () => {
    const relabel = compileRelabeling([{ action: 'labeldrop', regex: 'pod' }]);
    const unique = new UniqueSeries();
    const series = ['a', 'b', 'c'].map((pod) => toLabels({ image: 'nginx', pod }));

    expect(series.map((labels) => unique.add(relabel(labels) ?? []))).toEqual([true, false, false]);
    expect(unique.duplicates).toBe(2);
  });

  it('begins anew with each push, while the hasher stays', () => {
    const hasher = new SeriesHasher();
    const labels = toLabels({ pod: 'a' });

    expect(new UniqueSeries(hasher).add(labels)).toBe(true);
    expect(new UniqueSeries(hasher).add(labels)).toBe(true);
  });
});

function toLabels(set: Record<string, string>): Label[] {
  const labels = Object.entries(set).map(([name, value]) => ({ name, value }));
  return [{ name: '__name__', value: 'up' }, ...labels];
}
