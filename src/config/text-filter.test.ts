import { describe, expect, it } from 'vitest';

import { TextFilter } from './text-filter.ts';

describe('TextFilter', () => {
  it.each`
    what                 | given                      | filter
    ${'a value'}         | ${'web'}                   | ${{ in: ['web'] }}
    ${'an empty value'}  | ${''}                      | ${{ in: [''] }}
    ${'several values'}  | ${['web', 'api']}          | ${{ in: ['web', 'api'] }}
    ${'not one value'}   | ${{ not: 'web' }}          | ${{ not: ['web'] }}
    ${'none of several'} | ${{ not: ['web', 'api'] }} | ${{ not: ['web', 'api'] }}
    ${'a pattern'}       | ${{ matches: 'team-.*' }}  | ${{ matches: 'team-.*' }}
  `('reads $what', ({ given, filter }: { given: unknown; filter: unknown }) => {
    expect(TextFilter.parse(given)).toEqual(filter);
  });

  it.each([
    ['no values', []],
    ['not one of no values', { not: [] }],
    ['an empty pattern', { matches: '' }],
    ['a pattern of more than 1000 characters', { matches: 'x'.repeat(1001) }],
    ['two conditions at once', { not: 'a', matches: 'b' }],
    ['another condition', { like: 'a' }],
    ['the form that it becomes', { in: ['a'] }],
    ['a number', 1],
    ['null', null],
  ])('rejects %s', (_what, given) => {
    expect(TextFilter.safeParse(given).success).toBe(false);
  });

  // The message must list the allowed forms.
  it('explains what is wrong with a condition', () => {
    expect(TextFilter.safeParse({ matchez: 'a' }).error?.issues[0]?.message).toMatch(/matches/);
  });
});
