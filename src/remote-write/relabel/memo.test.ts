import { describe, expect, it } from 'vitest';

import { memoize } from './memo.ts';

describe('memoize', () => {
  it('computes each value once, even undefined', () => {
    const computed: string[] = [];
    const compute = memoize((text) => {
      computed.push(text);
      return text === 'a' ? undefined : text.toUpperCase();
    });

    expect(['a', 'b', 'a', 'b', '__proto__'].map(compute)).toEqual([
      undefined,
      'B',
      undefined,
      'B',
      '__PROTO__',
    ]);
    expect(computed).toEqual(['a', 'b', '__proto__']);
  });

  it('is cleared when it is full', () => {
    let computed = 0;
    const compute = memoize(() => computed++);
    for (let index = 0; index <= 10_000; index++) compute(String(index));

    expect(compute('10000')).toBe(10_000);
    expect(compute('0')).toBe(10_001);
  });
});
