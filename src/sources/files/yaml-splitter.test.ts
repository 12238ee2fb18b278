import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { YamlSplitter } from './yaml-splitter.ts';

/** Line and text of a document. The text is `undefined` if the document is too large. */
type Piece = readonly [line: number, text: string | undefined];

interface TextCase {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

describe('YamlSplitter', () => {
  it.each`
    what                                            | text                           | pieces
    ${'one document'}                               | ${'a: 1\nb: 2\n'}              | ${[[1, 'a: 1\nb: 2\n']]}
    ${'a document without a line break at the end'} | ${'a: 1'}                      | ${[[1, 'a: 1']]}
    ${'two documents'}                              | ${'a: 1\n---\nb: 2\n'}         | ${[[1, 'a: 1\n'], [2, '---\nb: 2\n']]}
    ${'a marker before the first one'}              | ${'---\na: 1\n'}               | ${[[1, '---\na: 1\n']]}
    ${'a marker with text'}                         | ${'--- a\n--- b'}              | ${[[1, '--- a\n'], [2, '--- b']]}
    ${'a marker with a tab'}                        | ${'a\n---\tb'}                 | ${[[1, 'a\n'], [2, '---\tb']]}
    ${'Windows line breaks'}                        | ${'a\r\n---\r\nb\r\n'}         | ${[[1, 'a\r\n'], [2, '---\r\nb\r\n']]}
    ${'a marker at the very end'}                   | ${'a\n---'}                    | ${[[1, 'a\n'], [2, '---']]}
    ${'no marker in four dashes'}                   | ${'a\n----\n---b\n'}           | ${[[1, 'a\n----\n---b\n']]}
    ${'no marker after a space'}                    | ${'a: |\n  x\n ---\n  y\n'}    | ${[[1, 'a: |\n  x\n ---\n  y\n']]}
    ${'a document end marker'}                      | ${'a\n...\nb\n'}               | ${[[1, 'a\n...\n'], [3, 'b\n']]}
    ${'both kinds of markers'}                      | ${'a\n... # b\n---\nc'}        | ${[[1, 'a\n... # b\n'], [3, '---\nc']]}
    ${'one document with directives'}               | ${'%YAML 1.2\n---\na: 1\n'}    | ${[[1, '%YAML 1.2\n---\na: 1\n']]}
    ${'a comment before directives'}                | ${'# a\n%YAML 1.2\n---\nb'}    | ${[[1, '# a\n%YAML 1.2\n---\nb']]}
    ${'a comment after directives'}                 | ${'%YAML 1.2\n\n# a\n---\n'}   | ${[[1, '%YAML 1.2\n\n# a\n---\n']]}
    ${'directives after another document'}          | ${'a\n...\n%TAG ! !a\n---\nb'} | ${[[1, 'a\n...\n'], [3, '%TAG ! !a\n---\nb']]}
    ${'directives without a marker'}                | ${'%YAML 1.2\na\n---\nb'}      | ${[[1, '%YAML 1.2\na\n'], [3, '---\nb']]}
    ${'no directive in a block scalar'}             | ${'--- |\n%a\n---\nb'}         | ${[[1, '--- |\n%a\n'], [3, '---\nb']]}
    ${'no marker in four dots'}                     | ${'a\n....\n...b\n'}           | ${[[1, 'a\n....\n...b\n']]}
    ${'no marker in a list'}                        | ${'- a\n- ---\n'}              | ${[[1, '- a\n- ---\n']]}
    ${'no document in an empty file'}               | ${''}                          | ${[]}
  `('finds $what', ({ text, pieces }: TextCase) => {
    expect(split(text)).toEqual(pieces);
  });

  it('reports a document that is too large and finds the next one', () => {
    const text = `a: 1\n---\n${'b: 1\n'.repeat(10)}---\nc: 1\n`;

    expect(split(text, { maxBytes: 20 })).toEqual([
      [1, 'a: 1\n'],
      [2, undefined],
      [13, '---\nc: 1\n'],
    ]);
  });

  it.each`
    maxBytes | piece
    ${10}    | ${'123456789\n'}
    ${9}     | ${undefined}
  `('reads 10 bytes as $piece with a limit of $maxBytes', ({ maxBytes, piece }: LimitCase) => {
    expect(split('123456789\n', { maxBytes })).toEqual([[1, piece]]);
  });

  it('does not buffer an endless line', () => {
    expect(split('x'.repeat(1000), { maxBytes: 10, chunk: 7 })).toEqual([[1, undefined]]);
  });

  it('finds the same documents for chunks of any size', () => {
    const parts = fc.array(
      fc.constantFrom('---', '-', ' ', '\n', '\r\n', '\t', 'a: 1', 'é', '#', '...', '--- |'),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 9 }), (texts, chunk) => {
        const text = texts.join('');

        expect(split(text, { chunk })).toEqual(split(text));
        expect(
          split(text, { chunk })
            .map(([, piece]) => piece)
            .join(''),
        ).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the same documents too large for chunks of any size', () => {
    const parts = fc.array(
      fc.constantFrom('---', '...', '%', ' ', '\n', '\n', '#', 'abcdefghij', '--- ', '... '),
      { maxLength: 30 },
    );
    const sizes = fc.record({ chunk: fc.integer({ min: 1, max: 30 }), maxBytes: fc.nat(20) });
    fc.assert(
      fc.property(parts, sizes, (texts, { chunk, maxBytes }) => {
        const text = texts.join('');

        expect(split(text, { chunk, maxBytes })).toEqual(split(text, { maxBytes }));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not mistake a chunk border in an endless line for the start of a line', () => {
    const text = `${'x'.repeat(12)}--- y\nb: 1\n`;

    expect(split(text, { maxBytes: 10, chunk: 12 })).toEqual(split(text, { maxBytes: 10 }));
  });
});

interface LimitCase {
  readonly maxBytes: number;
  readonly piece: string | undefined;
}

function split(text: string, { chunk = 1000, maxBytes = 2 ** 20 } = {}): Piece[] {
  const splitter = new YamlSplitter(maxBytes);
  const bytes = Buffer.from(text);
  const pieces = [];
  for (let start = 0; start < bytes.length; start += chunk) {
    pieces.push(...splitter.push(bytes.subarray(start, start + chunk)));
  }
  pieces.push(...splitter.end());
  return pieces.map((piece) => [piece.line, piece.bytes?.toString()] as const);
}
