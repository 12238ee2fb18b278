import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { FormatError, messageFor, toFormatError } from './format-error.ts';

const Schema = z.object({ spec: z.object({ list: z.array(z.object({ name: z.string() })) }) });

interface MessageCase {
  readonly document: unknown;
  readonly message: string;
}

describe('toFormatError', () => {
  it.each`
    what                                | document                                | message
    ${'the path of the problem'}        | ${{ spec: { list: [{ name: 1 }] } }}    | ${'K: spec.list[0].name: expected text, found a number'}
    ${'the document itself'}            | ${'x'}                                  | ${'K: document: expected an object, found text'}
    ${'two problems'}                   | ${{ spec: { list: [{}, {}] } }}         | ${'K: spec.list[0].name: expected text, found nothing; spec.list[1].name: expected text, found nothing'}
    ${'the number of further problems'} | ${{ spec: { list: [{}, {}, {}, {}] } }} | ${'K: spec.list[0].name: expected text, found nothing; spec.list[1].name: expected text, found nothing; and 2 more'}
  `('names $what', ({ document, message }: MessageCase) => {
    const { error } = Schema.safeParse(document, { error: messageFor });

    expect(error && toFormatError('K', error)).toEqual(new FormatError(message));
  });
});
