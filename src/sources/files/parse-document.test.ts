import { describe, expect, it } from 'vitest';

import type { SkipReason } from '../skipped-report.ts';
import { parseJson, parseYaml } from './parse-document.ts';

interface ProblemCase {
  readonly text: string;
  readonly reason: SkipReason;
}

describe('parseJson', () => {
  it('gives the value', () => {
    expect(parseJson(Buffer.from(' {"a": [1, null]} '))).toEqual({
      type: 'value',
      value: { a: [1, null] },
    });
  });

  it.each(['', '{', '{a: 1}', '[1,]', '\u0000'])('reports that %o is not JSON', (text) => {
    expect(parseJson(Buffer.from(text))).toMatchObject({ reason: 'invalid_json' });
  });

  it('quotes a place in one short line that no terminal obeys', () => {
    const document = parseJson(Buffer.from(`{"a": \u001b[31m\n${'x'.repeat(1000)}`));

    expect(document).toMatchObject({ type: 'problem' });
    const message = document.type === 'problem' ? document.message : '';
    expect(message.length).toBeLessThanOrEqual(161);
    expect(message).not.toMatch(/\p{Cc}/u);
  });
});

describe('parseYaml', () => {
  it('gives the value, with aliases in their places', () => {
    expect(parseYaml(Buffer.from('---\na: &x [1]\nb: *x\n'))).toEqual({
      type: 'value',
      value: { a: [1], b: [1] },
    });
  });

  it.each(['', '\n', '# a\n', '---\n', '--- # a', '---\r\n# a\r\n', '%YAML 1.2\n---\n', '...\n'])(
    'finds nothing in %o',
    (text) => {
      expect(parseYaml(Buffer.from(text))).toEqual({ type: 'nothing' });
    },
  );

  it.each`
    text          | value
    ${'null'}     | ${null}
    ${'--- ~'}    | ${null}
    ${'--- ""'}   | ${''}
    ${'--- |'}    | ${''}
    ${'--- {}\n'} | ${{}}
  `('takes $text for a value', ({ text, value }: { text: string; value: unknown }) => {
    expect(parseYaml(Buffer.from(text))).toEqual({ type: 'value', value });
  });

  it.each`
    what                         | text                  | reason
    ${'a text without its end'}  | ${'a: "b'}            | ${'invalid_yaml'}
    ${'directives only'}         | ${'%YAML 1.2'}        | ${'invalid_yaml'}
    ${'a key within a value'}    | ${'a: b: c'}          | ${'invalid_yaml'}
    ${'an alias of nothing'}     | ${'a: *b'}            | ${'invalid_yaml'}
    ${'aliases that multiply'}   | ${bomb()}             | ${'too_large'}
    ${'lists in lists in lists'} | ${'['.repeat(20_000)} | ${'too_deep'}
  `('gives $reason for $what', ({ text, reason }: ProblemCase) => {
    expect(parseYaml(Buffer.from(text))).toMatchObject({ type: 'problem', reason });
  });
});

/** Ten lists, each of nine times the one before. */
function bomb(): string {
  const lists = Array.from(
    { length: 9 },
    (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`,
  );
  return ['a0: &a0 [x]', ...lists].join('\n');
}
