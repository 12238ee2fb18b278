import { describe, expect, it } from 'vitest';

import { toLowerCase, toUpperCase } from './letter-case.ts';

/** Expected: the results of Go's `strings.ToLower` and `strings.ToUpper`. */
describe('letter case', () => {
  it.each`
    text         | lower        | upper
    ${''}        | ${''}        | ${''}
    ${'aB-9'}    | ${'ab-9'}    | ${'AB-9'}
    ${'ÄöÉ'}     | ${'äöé'}     | ${'ÄÖÉ'}
    ${'Straße'}  | ${'straße'}  | ${'STRAßE'}
    ${'ΟΔΟΣ'}    | ${'οδοσ'}    | ${'ΟΔΟΣ'}
    ${'İI'}      | ${'ii'}      | ${'İI'}
    ${'ŉ'}       | ${'ŉ'}       | ${'ŉ'}
    ${'ﬁ'}       | ${'ﬁ'}       | ${'ﬁ'}
    ${'ᾳ ᾀ ᾗ ᾧ'} | ${'ᾳ ᾀ ᾗ ᾧ'} | ${'ᾼ ᾈ ᾟ ᾯ'}
    ${'ᾼ ᾈ'}     | ${'ᾳ ᾀ'}     | ${'ᾼ ᾈ'}
    ${'𐐀𐐨'}      | ${'𐐨𐐨'}      | ${'𐐀𐐀'}
    ${'😀'}      | ${'😀'}      | ${'😀'}
  `('converts $text to $lower and $upper', ({ text, lower, upper }: Record<string, string>) => {
    expect(toLowerCase(text ?? '')).toBe(lower);
    expect(toUpperCase(text ?? '')).toBe(upper);
  });
});
