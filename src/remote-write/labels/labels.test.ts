import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { findLabelProblem, sortLabels } from './labels.ts';

describe('E3: sortLabels', () => {
  it('sorts upper case before __name__, and __name__ before lower case', () => {
    const labels = toLabels(['zone', 'cluster', '__name__', 'Zone', 'A_b', '_x']);

    expect(namesOf(sortLabels(labels))).toEqual([
      'A_b',
      'Zone',
      '__name__',
      '_x',
      'cluster',
      'zone',
    ]);
  });

  it('orders by UTF-8 bytes, not by UTF-16 units', () => {
    expect(namesOf(sortLabels(toLabels(['\u{10000}', '\u{ff61}'])))).toEqual([
      '\u{ff61}',
      '\u{10000}',
    ]);
  });

  it('agrees with a comparison of the bytes for any names', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' })), (names) => {
        const byBytes = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(namesOf(sortLabels(toLabels(names)))).toEqual(byBytes);
      }),
    );
  });
});

describe('E4: findLabelProblem', () => {
  it.each`
    labels                                                      | problem
    ${[['__name__', 'up']]}                                     | ${undefined}
    ${[['Zone', 'z'], ['__name__', 'a:b'], ['_x', '"\n\u{0}']]} | ${undefined}
    ${[]}                                                       | ${'label __name__ is missing'}
    ${[['cluster', 'c']]}                                       | ${'label __name__ is missing'}
    ${[['__name__', '9up']]}                                    | ${'illegal metric name "9up"'}
    ${[['__name__', 'up'], ['a-b', 'c']]}                       | ${'illegal label name "a-b"'}
    ${[['', 'x'], ['__name__', 'up']]}                          | ${'illegal label name ""'}
    ${[['__name__', 'up'], ['a:b', 'c']]}                       | ${'illegal label name "a:b"'}
    ${[['__name__', 'up'], ['a', '']]}                          | ${'label a is empty'}
    ${[['__name__', 'up'], ['a', '1'], ['a', '2']]}             | ${'label a occurs twice'}
    ${[['__name__', 'up'], ['Zone', 'z']]}                      | ${'label Zone is out of order'}
  `('reports $problem for $labels', ({ labels, problem }: ProblemCase) => {
    expect(findLabelProblem(labels.map(([name, value]) => ({ name, value })))).toBe(problem);
  });
});

interface ProblemCase {
  readonly labels: [string, string][];
  readonly problem: string | undefined;
}

function toLabels(names: string[]): { name: string; value: string }[] {
  return names.map((name) => ({ name, value: 'x' }));
}

function namesOf(labels: readonly { name: string }[]): string[] {
  return labels.map(({ name }) => name);
}
