import { describe, expect, it } from 'vitest';

import { isFixable } from './fixable.ts';
import type { GrypeMatch } from './grype-document.ts';

type Fix = GrypeMatch['vulnerability']['fix'];
type Details = GrypeMatch['matchDetails'];

const below = { versionConstraint: '>= 1.0, < 1.2.3 (semver)' };

describe('isFixable', () => {
  it.each`
    what                                      | fix                                         | fixable
    ${'the state says fixed'}                 | ${{ versions: null, state: 'fixed' }}       | ${true}
    ${'a fixed version is named'}             | ${{ versions: ['1.2'], state: 'unknown' }}  | ${true}
    ${'one of several versions is not empty'} | ${{ versions: ['', '1.2'] }}                | ${true}
    ${'a version is named despite wont-fix'}  | ${{ versions: ['1.2'], state: 'wont-fix' }} | ${true}
    ${'the versions are empty'}               | ${{ versions: [''], state: 'unknown' }}     | ${false}
    ${'the state says not-fixed'}             | ${{ versions: [], state: 'not-fixed' }}     | ${false}
    ${'the state says wont-fix'}              | ${{ versions: null, state: 'wont-fix' }}    | ${false}
    ${'the state says unknown'}               | ${{ versions: null, state: 'unknown' }}     | ${false}
    ${'the state is empty'}                   | ${{ versions: null, state: '' }}            | ${false}
    ${'the state is capitalized'}             | ${{ state: 'Fixed' }}                       | ${false}
    ${'the fix is missing'}                   | ${undefined}                                | ${false}
  `('returns $fixable if $what', ({ fix, fixable }: { fix: Fix; fixable: boolean }) => {
    expect(isFixable(createMatch(fix, null))).toBe(fixable);
  });

  it.each`
    what                                       | details                                                                     | fixable
    ${'a CPE match below a version'}           | ${[{ type: 'cpe-match', found: below }]}                                    | ${true}
    ${'a CPE match up to a version'}           | ${[{ type: 'cpe-match', found: { versionConstraint: '<=2' } }]}             | ${true}
    ${'a CPE match after others'}              | ${[{ type: 'exact-direct-match' }, { type: 'cpe-match', found: below }]}    | ${true}
    ${'a CPE match of one exact version'}      | ${[{ type: 'cpe-match', found: { versionConstraint: '= 1.2 (unknown)' } }]} | ${false}
    ${'a CPE match of any version'}            | ${[{ type: 'cpe-match', found: { versionConstraint: 'none (unknown)' } }]}  | ${false}
    ${'a constraint that is not a string'}     | ${[{ type: 'cpe-match', found: { versionConstraint: ['<'] } }]}             | ${false}
    ${'no constraint'}                         | ${[{ type: 'cpe-match', found: {} }]}                                       | ${false}
    ${'a string as `found`'}                   | ${[{ type: 'cpe-match', found: '< 1' }]}                                    | ${false}
    ${'null as `found`'}                       | ${[{ type: 'cpe-match', found: null }]}                                     | ${false}
    ${'a missing `found`'}                     | ${[{ type: 'cpe-match' }]}                                                  | ${false}
    ${'a constraint in another kind of match'} | ${[{ type: 'exact-direct-match', found: below }]}                           | ${false}
    ${'no type'}                               | ${[{ found: below }]}                                                       | ${false}
    ${'no details'}                            | ${[]}                                                                       | ${false}
    ${'missing details'}                       | ${undefined}                                                                | ${false}
  `(
    'returns $fixable for $what',
    ({ details, fixable }: { details: Details; fixable: boolean }) => {
      expect(isFixable(createMatch({ versions: null, state: 'not-fixed' }, details))).toBe(fixable);
    },
  );
});

function createMatch(fix: Fix, matchDetails: Details): GrypeMatch {
  return { vulnerability: { id: 'CVE-2025-1', fix }, matchDetails, artifact: { name: 'a' } };
}
