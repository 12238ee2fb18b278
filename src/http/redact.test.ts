import { describe, expect, it } from 'vitest';

import { findSecretHeaderValues, redact } from './redact.ts';

describe('H14: redact', () => {
  it('replaces every occurrence of every secret, without treating it as a pattern', () => {
    expect(redact('a$.+b and token and a$.+b', ['a$.+b', 'token'])).toBe(
      '[redacted] and [redacted] and [redacted]',
    );
  });

  it('replaces a secret that is cut off at the end of the text', () => {
    expect(redact('you said abcdefg', ['abcdefgh'])).toBe('you said [redacted]');
    expect(redact('you said abc', ['abcdefgh'])).toBe('you said abc');
    expect(redact('you said abcdx', ['abcdefgh'])).toBe('you said abcdx');
  });

  it('keeps text that is too short to be a secret', () => {
    expect(redact('400 of 1', ['', '1', '400'])).toBe('400 of 1');
  });
});

describe('H14: findSecretHeaderValues', () => {
  it('finds credentials with and without their scheme, but not tenant IDs', () => {
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
