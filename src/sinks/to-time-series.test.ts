import { describe, expect, it } from 'vitest';

import { createTimeSeriesConverter } from './to-time-series.ts';

const family = { name: 'ks_score', help: 'h', type: 'gauge' } as const;
const other = { name: 'ks_scans', help: 'i', type: 'gauge' } as const;

describe('createTimeSeriesConverter', () => {
  it.each`
    names                    | sorted
    ${[]}                    | ${['__name__']}
    ${['a', 'b']}            | ${['__name__', 'a', 'b']}
    ${['A', 'Z']}            | ${['A', 'Z', '__name__']}
    ${['A', 'Z', '_x', 'a']} | ${['A', 'Z', '__name__', '_x', 'a']}
  `(
    'inserts the metric name at its place among $names',
    ({ names, sorted }: { names: string[]; sorted: string[] }) => {
      const labels = names.map((name) => ({ name, value: 'x' }));

      const series = createTimeSeriesConverter()({ family, labels, value: 1 });

      expect(series.labels.map(({ name }) => name)).toEqual(sorted);
      expect(labels).toHaveLength(names.length);
    },
  );

  it('gives each series the name and the metadata of its family', () => {
    const convert = createTimeSeriesConverter();

    const converted = [family, other, family].map((one) =>
      convert({ family: one, labels: [], value: 2 }),
    );

    expect(converted).toEqual(
      [family, other, family].map((one) => ({
        labels: [{ name: '__name__', value: one.name }],
        metadata: one,
        value: 2,
      })),
    );
  });
});
