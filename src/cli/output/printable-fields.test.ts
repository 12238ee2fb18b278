import fc from 'fast-check';
import { expect, it } from 'vitest';

import { toPrintableField, toPrintableStack } from './printable-fields.ts';

it('makes all texts of a log entry printable and keeps everything else', () => {
  const fields = {
    reason: 'a\nb',
    count: 5,
    errors: ['\u001b[31m', { key: 'c\u0007' }],
    none: null,
  };

  expect(toPrintableField(fields)).toEqual({
    reason: 'a?b',
    count: 5,
    errors: ['?[31m', { key: 'c?' }],
    none: null,
  });
});

it('limits the length of hostile text in the log', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (value) => {
      const text = JSON.stringify(toPrintableField({ value }), withoutBigInt) ?? '';
      expect(text.length).toBeLessThan(100_000);
      expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
    }),
  );
  expect(JSON.stringify(toPrintableField('K'.repeat(30_000_000))).length).toBeLessThan(5000);
});

it('keeps the lines of a stack trace', () => {
  expect(toPrintableStack('Error: \u001b[2J\n    at main')).toBe('Error: ?[2J\n    at main');
});

function withoutBigInt(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
