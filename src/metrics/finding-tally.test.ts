import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { finding } from '../../test/support/scan-results/scans.ts';
import type { Finding } from '../model/finding.ts';
import { severities } from '../model/severity.ts';
import { FindingTally } from './finding-tally.ts';
import { findingTest } from './where.ts';

const all: readonly Finding[] = severities.flatMap((severity) =>
  [true, false].flatMap((fixable) => [
    finding({ severity, fixable, id: 'A' }),
    finding({ severity, fixable, id: 'B' }),
  ]),
);
const conditions = fc.record(
  {
    severity: fc.record({ in: fc.subarray([...severities]) }),
    id: fc.record({ not: fc.subarray(['A', 'B']) }),
    fixable: fc.boolean(),
  },
  { requiredKeys: [] },
);
const image = fc.record({
  indexes: fc.array(fc.nat({ max: all.length - 1 })),
  isShared: fc.boolean(),
});

describe('FindingTally', () => {
  it('counts shared findings in the same way as individual findings', () => {
    fc.assert(
      fc.property(fc.array(conditions, { maxLength: 40 }), fc.array(image), (wheres, images) => {
        const tally = new FindingTally();
        const tests = wheres.map((where) => findingTest(where));
        const counters = tests.map((test) => tally.counter(test));
        for (const { indexes, isShared } of images) {
          const findings = indexes.flatMap((index) => all[index] ?? []);
          const shared = { all, indexes: Uint32Array.from(indexes) };
          tally.take({ findings, ...(isShared && { shared }) });

          expect(counters.map((count) => count())).toEqual(
            tests.map((test) => findings.filter((one) => test?.(one) ?? true).length),
          );
        }
      }),
    );
  });

  it('lists the findings that no earlier image had', () => {
    const tally = new FindingTally();
    const unseen = [[0, 1, 0], [1, 2], [], [2]].map((indexes) => {
      tally.take({ findings: [], shared: { all, indexes: Uint32Array.from(indexes) } });
      return tally.unseen;
    });

    expect(unseen).toEqual([[all[0], all[1]], [all[2]], [], []]);
  });

  it('does not mix up findings of two stores with the same indexes', () => {
    const tally = new FindingTally();
    const count = tally.counter(findingTest({ id: { in: ['B'] } }));
    const counts = [all, [finding({ id: 'B' })]].map((others) => {
      tally.take({ findings: [], shared: { all: others, indexes: Uint32Array.of(0) } });
      return count();
    });

    expect(counts).toEqual([0, 1]);
  });
});
