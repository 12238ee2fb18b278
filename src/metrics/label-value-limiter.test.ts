import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LabelValueLimiter, sortLabelNames } from './label-value-limiter.ts';

describe('E6: LabelValueLimiter', () => {
  it.each`
    what                              | value          | max   | cleaned
    ${'a short value'}                | ${'nginx'}     | ${16} | ${'nginx'}
    ${'a value at the limit'}         | ${'abcdefgh'}  | ${8}  | ${'abcdefgh'}
    ${'a value over the limit'}       | ${'abcdefghi'} | ${8}  | ${'abcdefgh'}
    ${'a character across the limit'} | ${'abcdefgü'}  | ${8}  | ${'abcdefg'}
    ${'an emoji across the limit'}    | ${'abcdef😀'}  | ${8}  | ${'abcdef'}
    ${'a lone surrogate'}             | ${'a\ud83d b'} | ${16} | ${'a\ufffd b'}
  `('cleans $what', ({ value, max, cleaned }: { value: string; max: number; cleaned: string }) => {
    expect(new LabelValueLimiter(max).clean(value)).toBe(cleaned);
  });

  it('counts truncated values', () => {
    const rules = new LabelValueLimiter(16);
    rules.clean('x'.repeat(17));
    rules.clean('x'.repeat(16));

    expect(rules.truncated).toBe(1);
  });

  it('always returns a valid UTF-8 prefix of the value within the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 16, max: 40 }), (value, max) => {
        const cleaned = new LabelValueLimiter(max).clean(value);
        expect(Buffer.byteLength(cleaned)).toBeLessThanOrEqual(max);
        expect(Buffer.from(cleaned, 'utf8').toString('utf8')).toBe(cleaned);
        expect(Buffer.from(value, 'utf8').toString('utf8').startsWith(cleaned)).toBe(true);
      }),
    );
  });
});

it('E3: sortLabelNames sorts by bytes: upper case, underscore, lower case', () => {
  expect(sortLabelNames(['a', 'Zone', '__name__', 'b', 'ü', 'B'])).toEqual([
    'B',
    'Zone',
    '__name__',
    'a',
    'b',
    'ü',
  ]);
});
