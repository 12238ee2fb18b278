import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LabelChecker } from './label-checker.ts';
import { findLabelProblem } from './labels.ts';

describe('LabelChecker', () => {
  it('finds the same problems as a check of each series for itself', () => {
    const name = fc.constantFrom('Zone', '__name__', 'a', 'b', 'b-c', '');
    const value = fc.constantFrom('', 'up', '9up', 'x');
    const labels = fc.array(fc.record({ name, value }), { maxLength: 4 });

    fc.assert(
      fc.property(fc.array(labels, { maxLength: 20 }), (row) => {
        const checker = new LabelChecker();
        const problems = row.map((one) => checker.findProblem(one));
        expect(problems).toEqual(row.map((one) => findLabelProblem(one)));
      }),
      { numRuns: 500 },
    );
  });

  it('looks at the values of a neighbour with the same names', () => {
    const checker = new LabelChecker();

    expect(checker.findProblem(series('up', 'x'))).toBeUndefined();
    expect(checker.findProblem(series('up', ''))).toBe('label a is empty');
    expect(checker.findProblem(series('9up', 'x'))).toBe('illegal metric name "9up"');
    expect(checker.findProblem(series('down', 'x'))).toBeUndefined();
  });
});

function series(metricName: string, value: string): { name: string; value: string }[] {
  return [
    { name: '__name__', value: metricName },
    { name: 'a', value },
  ];
}
