import { describe, expect, it } from 'vitest';

import { quoteBody } from './quote-answer.ts';

describe('quoteBody', () => {
  it.each`
    body                                                    | quoted
    ${''}                                                   | ${''}
    ${'out of order sample\n'}                              | ${'out of order sample'}
    ${'too old for {a="}1"}\ntoo old for {a="2"}\nno name'} | ${'too old for {a="}1"} (and 1 more) no name'}
    ${'duplicate sample for 17 in {a="1"}\nduplicate sam'}  | ${'duplicate sample for 17 in {a="1"} duplicate sam'}
    ${'<!DOCTYPE html>\n<title>Sign in\n now</title>'}      | ${'an HTML page titled "Sign in now"'}
    ${'<html><body>no title'}                               | ${'an HTML page'}
  `('quotes $body', ({ body, quoted }: { body: string; quoted: string }) => {
    expect(quoteBody(body)).toBe(quoted);
  });
});
