import fc from 'fast-check';
import { expect, it } from 'vitest';

import { quote, toPrintable } from './printable.ts';

it.each`
  what                  | text                        | printable
  ${'a line break'}     | ${'a\r\nb'}                 | ${'a??b'}
  ${'an escape'}        | ${'\u001b[2Ja'}             | ${'?[2Ja'}
  ${'an escape of C1'}  | ${'\u009b2Ja'}              | ${'?2Ja'}
  ${'a reversal'}       | ${'a\u202eb'}               | ${'a?b'}
  ${'a line separator'} | ${'a\u2028b'}               | ${'a?b'}
  ${'half a character'} | ${'a\ud800b'}               | ${'a?b'}
  ${'other text'}       | ${'größe 🦔 registry.io/a'} | ${'größe 🦔 registry.io/a'}
`('toPrintable replaces $what', ({ text, printable }: { text: string; printable: string }) => {
  expect(toPrintable(text)).toBe(printable);
});

it('quote is printable and short for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(quote(text, 20)).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}]{0,21}$/u);
    }),
  );
});
