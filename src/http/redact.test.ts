import { describe, expect, it } from 'vitest';

import { findSecretHeaderValues, redact } from './redact.ts';

describe('H14: redact', () => {
  it('replaces every occurrence of every secret, taken literally', () => {
    expect(redact('a$.+b and token and a$.+b', ['a$.+b', 'token'])).toBe(
      '[redacted] and [redacted] and [redacted]',
    );
  });

  it('replaces the beginning of a secret where the text breaks off', () => {
    expect(redact('you said abcdefg', ['abcdefgh'])).toBe('you said [redacted]');
    expect(redact('you said abc', ['abcdefgh'])).toBe('you said abc');
    expect(redact('you said abcdx', ['abcdefgh'])).toBe('you said abcdx');
  });

  it('leaves what is too short to be a secret', () => {
    expect(redact('400 of 1', ['', '1', '400'])).toBe('400 of 1');
  });
});

describe('H14: findSecretHeaderValues', () => {
  it('takes credentials with and without their scheme, but no tenants', () => {
    const headers = {
      authorization: 'Bearer abcd',
      'X-Api-Key': 'efgh',
      'X-Scope-OrgID': 'team-a',
      'THANOS-TENANT': 'team-b',
    };

    expect(new Set(findSecretHeaderValues(headers))).toEqual(
      new Set(['Bearer abcd', 'abcd', 'efgh']),
    );
  });
});
