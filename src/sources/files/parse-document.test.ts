import { describe, expect, it } from 'vitest';

import type { SkipReason } from '../skipped-report.ts';
import { parseJson, parseYaml } from './parse-document.ts';

interface ProblemCase {
  readonly text: string;
  readonly reason: SkipReason;
}

describe('parseJson', () => {
  it('returns the value', () => {
    expect(parseJson(Buffer.from(' {"a": [1, null]} '))).toEqual({
      type: 'value',
      value: { a: [1, null] },
    });
  });

  it.each(['', '{', '{a: 1}', '[1,]', '\u0000'])('reports that %o is not JSON', (text) => {
    expect(parseJson(Buffer.from(text))).toMatchObject({ reason: 'invalid_json' });
  });

  it('quotes the error position in one short line without control characters', () => {
    const document = parseJson(Buffer.from(`{"a": \u001b[31m\n${'x'.repeat(1000)}`));

    expect(document).toMatchObject({ type: 'problem' });
    const message = document.type === 'problem' ? document.message : '';
    expect(message.length).toBeLessThanOrEqual(161);
    expect(message).not.toMatch(/\p{Cc}/u);
  });
});

describe('parseYaml', () => {
  it('returns the value with aliases resolved', () => {
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
    ${'--- {}\n'} | ${{}}
  `('reads $text as a value', ({ text, value }: { text: string; value: unknown }) => {
    expect(parseYaml(Buffer.from(text))).toEqual({ type: 'value', value });
  });

  it('never quotes the text, because the user may not have named the file', () => {
    for (const text of ['a: *secret', 'a: !secret b', '!secret!a b', '"\\secret"', 'a: "secret']) {
      const problem = parseYaml(Buffer.from(text));
      expect(problem).toMatchObject({ reason: 'invalid_yaml' });
      expect(JSON.stringify(problem)).not.toContain('secret');
    }
  });

  it.each`
    what                               | text                    | reason
    ${'an unterminated string'}        | ${'a: "b'}              | ${'invalid_yaml'}
    ${'directives only'}               | ${'%YAML 1.2'}          | ${'invalid_yaml'}
    ${'a key within a value'}          | ${'a: b: c'}            | ${'invalid_yaml'}
    ${'an unknown alias'}              | ${'a: *b'}              | ${'invalid_yaml'}
    ${'exponentially growing aliases'} | ${bomb()}               | ${'too_large'}
    ${'circular aliases'}              | ${'a: &a [*a]'}         | ${'too_large'}
    ${'a list with too many values'}   | ${many('- a\n')}        | ${'too_large'}
    ${'a flow list of that kind'}      | ${`a: [${many('b,')}]`} | ${'too_large'}
    ${'deeply nested lists'}           | ${'['.repeat(20_000)}   | ${'too_deep'}
  `('reports $reason for $what', ({ text, reason }: ProblemCase) => {
    expect(parseYaml(Buffer.from(text))).toMatchObject({ type: 'problem', reason });
  });
});

function many(item: string): string {
  return item.repeat(1_000_000);
}

/** Ten lists, each of which contains the previous one nine times. */
function bomb(): string {
  const lists = Array.from(
    { length: 9 },
    (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`,
  );
  return ['a0: &a0 [x]', ...lists].join('\n');
}
