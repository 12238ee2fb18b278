import { describe, expect, it } from 'vitest';

import { ConfigError } from './config-error.ts';
import { readOptionTexts, splitVariable } from './option-text.ts';
import type { Option, OptionKind } from './options.ts';

interface TextsCase {
  readonly kind: OptionKind;
  readonly texts: readonly string[];
  readonly value: unknown;
}

interface VariableCase {
  readonly kind: OptionKind;
  readonly text: string;
  readonly texts: readonly string[];
}

describe('readOptionTexts', () => {
  it.each`
    kind           | texts               | value
    ${'text'}      | ${['a']}            | ${'a'}
    ${'text'}      | ${['a', 'b']}       | ${'b'}
    ${'text'}      | ${['']}             | ${''}
    ${'number'}    | ${['1', '2']}       | ${2}
    ${'number'}    | ${['-1.5']}         | ${-1.5}
    ${'number'}    | ${['1e3']}          | ${'1e3'}
    ${'number'}    | ${['0x10']}         | ${'0x10'}
    ${'number'}    | ${['']}             | ${''}
    ${'list'}      | ${['a', 'b']}       | ${['a', 'b']}
    ${'list'}      | ${[]}               | ${[]}
    ${'endpoints'} | ${['http://a']}     | ${[{ url: 'http://a' }]}
    ${'pairs'}     | ${['a=1', 'b=x=y']} | ${{ a: '1', b: 'x=y' }}
    ${'pairs'}     | ${['a=']}           | ${{ a: '' }}
    ${'pairs'}     | ${['a=1', 'a=2']}   | ${{ a: '2' }}
  `('reads $texts as $kind', ({ kind, texts, value }: TextsCase) => {
    expect(readOptionTexts(create(kind), texts, '--x')).toEqual(value);
  });

  it.each(['a', '=a', ''])('rejects the pair %o without repeating it', (text) => {
    expect(() => readOptionTexts(create('pairs'), [text], '--x')).toThrow(
      new ConfigError('--x: write each value as name=value'),
    );
  });
});

describe('splitVariable', () => {
  it.each`
    kind           | text                    | texts
    ${'text'}      | ${' a, b '}             | ${[' a, b ']}
    ${'number'}    | ${'1,2'}                | ${['1,2']}
    ${'list'}      | ${'a, b,,c '}           | ${['a', 'b', 'c']}
    ${'list'}      | ${''}                   | ${[]}
    ${'pairs'}     | ${'a=1,b=2'}            | ${['a=1', 'b=2']}
    ${'endpoints'} | ${'http://a, http://b'} | ${['http://a', 'http://b']}
  `('splits $text for $kind', ({ kind, text, texts }: VariableCase) => {
    expect(splitVariable(create(kind), text)).toEqual(texts);
  });
});

function create(kind: OptionKind): Option {
  return {
    kind,
    defaultText: undefined,
    path: ['x'],
    flag: '--x',
    environment: 'KUBESCAPE_PUSH_X',
    description: 'X.',
    group: 'log',
    placeholder: '<x>',
  };
}
