import { describe, expect, it } from 'vitest';

import { compilePattern } from './pattern.ts';
import { compileTemplate } from './template.ts';

/** Expected: the results of Go's `regexp.Expand`. */
describe('compileTemplate', () => {
  const pattern = compilePattern('(?P<first>.)(?<second>.)(z)?');

  it.each`
    template                | text       | why
    ${''}                   | ${''}      | ${'nothing'}
    ${'plain'}              | ${'plain'} | ${'no variable'}
    ${'$1$2'}               | ${'xy'}    | ${'groups are numbered'}
    ${'$0'}                 | ${'xy'}    | ${'the whole match'}
    ${'${1}a'}              | ${'xa'}    | ${'braces delimit a name'}
    ${'$1a'}                | ${''}      | ${'a name is as long as possible'}
    ${'$1_$2'}              | ${'y'}     | ${'a name may contain an underscore'}
    ${'$1-$2'}              | ${'x-y'}   | ${'a dash ends a name'}
    ${'$2é'}                | ${''}      | ${'a name may contain any letter'}
    ${'$first-${second}'}   | ${'x-y'}   | ${'groups may have names'}
    ${'$firs'}              | ${''}      | ${'an unknown name is empty'}
    ${'$3|$4|$99999999999'} | ${'||'}    | ${'groups without a match or missing groups are empty'}
    ${'$01'}                | ${''}      | ${'a number has no leading zeros'}
    ${'$$1'}                | ${'$1'}    | ${'a doubled dollar is a literal dollar'}
    ${'$$$1'}               | ${'$x'}    | ${'a dollar and a group'}
    ${'$'}                  | ${'$'}     | ${'a dollar at the end'}
    ${'$-$ $'}              | ${'$-$ $'} | ${'dollars without a name'}
    ${'${}'}                | ${'${}'}   | ${'empty braces'}
    ${'${1'}                | ${'${1'}   | ${'unclosed braces'}
    ${'${1 }'}              | ${'${1 }'} | ${'braces around an invalid name'}
    ${'${a$1}'}             | ${'${ax}'} | ${'a group in invalid braces'}
    ${'$constructor'}       | ${''}      | ${'a property of JavaScript objects'}
    ${'$__proto__'}         | ${''}      | ${'the prototype of JavaScript objects'}
  `('expands $template to $text: $why', ({ template, text }: Record<string, string>) => {
    expect(pattern.replace('xy', compileTemplate(template ?? ''))).toBe(text);
  });
});
