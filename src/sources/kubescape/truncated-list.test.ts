import { expect, it } from 'vitest';

import { isLikelyTruncated } from './truncated-list.ts';

it.each`
  now   | before       | expected | why
  ${0}  | ${undefined} | ${false} | ${'this is the first run'}
  ${0}  | ${0}         | ${false} | ${'the list was empty before'}
  ${0}  | ${1}         | ${true}  | ${'the list is suddenly empty'}
  ${0}  | ${1000}      | ${true}  | ${'the list is suddenly empty'}
  ${1}  | ${9}         | ${false} | ${'a short list may change that much'}
  ${4}  | ${10}        | ${true}  | ${'more than half is missing'}
  ${5}  | ${10}        | ${false} | ${'only half is missing'}
  ${10} | ${5}         | ${false} | ${'the list grew'}
`('truncated: $expected for $now objects after $before, because $why', (row: Case) => {
  expect(isLikelyTruncated(row.now, row.before)).toBe(row.expected);
});

interface Case {
  readonly now: number;
  readonly before: number | undefined;
  readonly expected: boolean;
}
