import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { FormatError, toFormatError } from './format-error.ts';

const Schema = z.object({ spec: z.object({ list: z.array(z.object({ name: z.string() })) }) });

interface MessageCase {
  readonly document: unknown;
  readonly message: string;
}

describe('toFormatError', () => {
  it.each`
    what                   | document                                | message
    ${'where it is'}       | ${{ spec: { list: [{ name: 1 }] } }}    | ${'K: spec.list[0].name: Invalid input: expected string, received number'}
    ${'the document'}      | ${'x'}                                  | ${'K: document: Invalid input: expected object, received string'}
    ${'two problems'}      | ${{ spec: { list: [{}, {}] } }}         | ${'K: spec.list[0].name: Invalid input: expected string, received undefined; spec.list[1].name: Invalid input: expected string, received undefined'}
    ${'how many are left'} | ${{ spec: { list: [{}, {}, {}, {}] } }} | ${'K: spec.list[0].name: Invalid input: expected string, received undefined; spec.list[1].name: Invalid input: expected string, received undefined; and 2 more'}
  `('names $what', ({ document, message }: MessageCase) => {
    const { error } = Schema.safeParse(document);

    expect(error && toFormatError('K', error)).toEqual(new FormatError(message));
  });
});
