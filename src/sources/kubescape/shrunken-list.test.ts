import { expect, it } from 'vitest';

import { isShrunken } from './shrunken-list.ts';

it.each`
  now   | before       | expected | why
  ${0}  | ${undefined} | ${false} | ${'nothing is known'}
  ${0}  | ${0}         | ${false} | ${'there was nothing'}
  ${0}  | ${1}         | ${true}  | ${'all at once nothing'}
  ${0}  | ${1000}      | ${true}  | ${'all at once nothing'}
  ${1}  | ${9}         | ${false} | ${'so few come and go'}
  ${4}  | ${10}        | ${true}  | ${'less than half'}
  ${5}  | ${10}        | ${false} | ${'half'}
  ${10} | ${5}         | ${false} | ${'more than before'}
`('$now after $before: $expected, because $why', ({ now, before, expected }: Case) => {
  expect(isShrunken(now, before)).toBe(expected);
});

interface Case {
  readonly now: number;
  readonly before: number | undefined;
  readonly expected: boolean;
}
