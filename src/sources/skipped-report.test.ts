import { describe, expect, it } from 'vitest';

import { isHarmless } from './skipped-report.ts';

describe('isHarmless', () => {
  it.each(['duplicate', 'unscanned'] as const)(
    'is true for %s: a healthy cluster has it',
    (reason) => {
      expect(isHarmless(reason)).toBe(true);
    },
  );

  it.each([
    'binary',
    'empty',
    'invalid_json',
    'invalid_shape',
    'invalid_yaml',
    'metadata_only',
    'too_deep',
    'too_large',
    'truncated',
    'unknown_kind',
    'unreadable',
  ] as const)('is false for %s: something is missing', (reason) => {
    expect(isHarmless(reason)).toBe(false);
  });
});
