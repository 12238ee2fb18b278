import { describe, expect, it } from 'vitest';

import { TimestampOrder } from './timestamp-order.ts';

describe('TimestampOrder', () => {
  it.each`
    what                                 | last         | wanted     | given
    ${'takes any time first'}            | ${-Infinity} | ${5}       | ${5}
    ${'takes what is later'}             | ${5}         | ${6}       | ${6}
    ${'never gives a time twice'}        | ${5}         | ${5}       | ${6}
    ${'stays ahead of a clock set back'} | ${1_000_000} | ${400_001} | ${1_000_001}
    ${'does not stay far in the future'} | ${1_000_000} | ${400_000} | ${400_000}
  `('$what', ({ last, wanted, given }: { last: number; wanted: number; given: number }) => {
    expect(new TimestampOrder(last).next(wanted)).toBe(given);
  });

  it('increases from its own timestamps', () => {
    const order = new TimestampOrder();

    expect([5, 5, 3, 6, 9].map((wanted) => order.next(wanted))).toEqual([5, 6, 7, 8, 9]);
  });
});
