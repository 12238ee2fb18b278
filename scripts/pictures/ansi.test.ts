import { describe, expect, it } from 'vitest';

import { parseAnsiLine } from './ansi.ts';

describe('parseAnsiLine', () => {
  it('splits a line where the style changes', () => {
    expect(parseAnsiLine('a\u001B[1mb\u001B[31mc\u001B[22md\u001B[39me')).toEqual([
      { text: 'a', codes: new Set() },
      { text: 'b', codes: new Set([1]) },
      { text: 'c', codes: new Set([1, 31]) },
      { text: 'd', codes: new Set([31]) },
      { text: 'e', codes: new Set() },
    ]);
  });

  it('keeps a line without codes', () => {
    expect(parseAnsiLine('plain')).toEqual([{ text: 'plain', codes: new Set() }]);
  });
});
