import { describe, expect, it } from 'vitest';

import { compilePattern } from './pattern.ts';
import { compileTemplate } from './template.ts';

/** The rules of Go's `regexp.Expand`. */
describe('compileTemplate', () => {
  const pattern = compilePattern('(?P<first>.)(?<second>.)(z)?');

  it.each`
    template                | text       | why
    ${''}                   | ${''}      | ${'nothing'}
    ${'plain'}              | ${'plain'} | ${'no variable'}
    ${'$1$2'}               | ${'xy'}    | ${'groups by number'}
    ${'$0'}                 | ${'xy'}    | ${'the whole match'}
    ${'${1}a'}              | ${'xa'}    | ${'braces end a name'}
    ${'$1a'}                | ${''}      | ${'a name is as long as it can be'}
    ${'$1_$2'}              | ${'y'}     | ${'an underscore belongs to a name'}
    ${'$1-$2'}              | ${'x-y'}   | ${'a dash does not'}
    ${'$2é'}                | ${''}      | ${'any letter belongs to a name'}
    ${'$first-${second}'}   | ${'x-y'}   | ${'groups by name'}
    ${'$firs'}              | ${''}      | ${'a name that no group has'}
    ${'$3|$4|$99999999999'} | ${'||'}    | ${'groups without a match, or that do not exist'}
    ${'$01'}                | ${''}      | ${'no number has leading zeros'}
    ${'$$1'}                | ${'$1'}    | ${'a doubled dollar is one'}
    ${'$$$1'}               | ${'$x'}    | ${'a dollar and a group'}
    ${'$'}                  | ${'$'}     | ${'a dollar at the end'}
    ${'$-$ $'}              | ${'$-$ $'} | ${'dollars before no name'}
    ${'${}'}                | ${'${}'}   | ${'braces around no name'}
    ${'${1'}                | ${'${1'}   | ${'braces that do not close'}
    ${'${1 }'}              | ${'${1 }'} | ${'braces around more than a name'}
    ${'${a$1}'}             | ${'${ax}'} | ${'a group in broken braces'}
    ${'$constructor'}       | ${''}      | ${'a name of JavaScript'}
    ${'$__proto__'}         | ${''}      | ${'another one'}
  `('makes $text of $template: $why', ({ template, text }: Record<string, string>) => {
    expect(pattern.replace('xy', compileTemplate(template ?? ''))).toBe(text);
  });
});
