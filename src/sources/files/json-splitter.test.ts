import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { JsonPiece } from './json-piece.ts';
import { JsonSplitter, type JsonSplitterOptions } from './json-splitter.ts';

const defaults = { maxDocumentBytes: 2 ** 20, maxDepth: 20, lineDelimited: false, quotes: true };

describe('JsonSplitter', () => {
  it.each`
    what                                  | text                                           | documents
    ${'one object'}                       | ${'{"a":1}'}                                   | ${[{ a: 1 }]}
    ${'concatenated objects'}             | ${'{"a":1}{"b":2}\n {"c":3}'}                  | ${[{ a: 1 }, { b: 2 }, { c: 3 }]}
    ${'elements of a list'}               | ${'[{"a":1}, 2, "x", null, [3]]'}              | ${[{ a: 1 }, 2, 'x', null, [3]]}
    ${'items, then the enclosing object'} | ${'{"kind":"List","items":[{"a":1},{"b":2}]}'} | ${[{ a: 1 }, { b: 2 }, { kind: 'List', items: [] }]}
    ${'items before the kind'}            | ${'{"items":[{"a":1}],"kind":"List"}'}         | ${[{ a: 1 }, { items: [], kind: 'List' }]}
    ${'items that are not a list'}        | ${'{"items":{"a":[1]},"x":["items",[1]]}'}     | ${[{ items: { a: [1] }, x: ['items', [1]] }]}
    ${'nested items'}                     | ${'{"a":{"items":[1,2]}}'}                     | ${[{ a: { items: [1, 2] } }]}
    ${'brackets and quotes in strings'}   | ${'{"a":"]}\\"[{","b":"\\\\"}{"c":"\\\\\\""}'} | ${[{ a: ']}"[{', b: '\\' }, { c: '\\"' }]}
    ${'an empty list of items'}           | ${'{"items":[]}'}                              | ${[{ items: [] }]}
    ${'a text sequence (RFC 7464)'}       | ${'\u001e{"a":1}\n\u001e{"b":2}\n'}            | ${[{ a: 1 }, { b: 2 }]}
    ${'a lone string'}                    | ${'"x"'}                                       | ${['x']}
    ${'no document in white space'}       | ${' \n '}                                      | ${[]}
  `('finds $what', ({ text, documents }: { text: string; documents: unknown[] }) => {
    expect(split(text).map(valueOf)).toEqual(documents);
    expect(split(text, { chunk: 1 }).map(valueOf)).toEqual(documents);
  });

  it.each`
    what                               | text                        | pieces
    ${'a truncated object'}            | ${'{"a":1}\n{"b":{"c":'}    | ${[{ a: 1 }, 'truncated:2']}
    ${'a truncated list'}              | ${'{"items":[{"a":1},{"b"'} | ${[{ a: 1 }, 'truncated:1']}
    ${'a truncated string'}            | ${'{"a":"b'}                | ${['truncated:1']}
    ${'a line break in a string'}      | ${'{"a":"b\nc"}\n{"d":1}'}  | ${['invalid_json:1', { d: 1 }]}
    ${'text that is not JSON'}         | ${'hello\n{"a":1}'}         | ${['invalid_json:1', { a: 1 }]}
    ${'a stray bracket'}               | ${']\n{"a":1}'}             | ${['invalid_json:1', { a: 1 }]}
    ${'a list that ends with a brace'} | ${'[{"a":1}}'}              | ${[{ a: 1 }, 'invalid_json:1']}
  `('reports $what and continues', ({ text, pieces }: { text: string; pieces: unknown[] }) => {
    expect(split(text).map(summarise)).toEqual(pieces);
    expect(split(text, { chunk: 1 }).map(summarise)).toEqual(pieces);
  });

  it('skips a document that is too large and finds the next one', () => {
    const text = `[{"a":"${'x'.repeat(200)}"},{"b":1}]`;

    const pieces = split(text, { chunk: 16, maxDocumentBytes: 100 });

    expect(pieces.map(summarise)).toEqual(['too_large:1', { b: 1 }]);
  });

  it('skips a document that is nested too deep and finds the next one', () => {
    const text = `${'['.repeat(30)}${']'.repeat(30)}`;

    expect(split(`{"a":${text}}{"b":1}`).map(summarise)).toEqual(['too_deep:1', { b: 1 }]);
    expect(split(`{"items":[${text}, {"b":1}]}`).map(summarise)).toEqual([
      'too_deep:1',
      { b: 1 },
      { items: [] },
    ]);
  });

  it('reads the next line after a broken line if each line is a document', () => {
    const text = '{"a":{"b":\n{"c":1}\n{"d":"x\n{"e":2}\n';

    const pieces = split(text, { lineDelimited: true });

    expect(pieces.map(summarise)).toEqual(['truncated:1', { c: 1 }, 'invalid_json:3', { e: 2 }]);
  });

  it('agrees with JSON.parse for chunks of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })).filter(hasNoItems)),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, 1),
        (documents, chunk, indent) => {
          const text = documents
            .map((document) => JSON.stringify(document, null, indent))
            .join('\n');
          expect(split(text, { chunk }).map(valueOf)).toEqual(
            JSON.parse(`[${documents.map((d) => JSON.stringify(d)).join(',')}]`),
          );

          const list = JSON.stringify({ kind: 'List', items: documents }, null, indent);
          expect(split(list, { chunk }).slice(0, -1).map(valueOf)).toEqual(
            JSON.parse(JSON.stringify(documents)),
          );
        },
      ),
    );
  });

  it('accepts any bytes and finds the same pieces for chunks of any size', () => {
    const jsonLike = fc.array(
      fc.constantFrom('{', '}', '[', ']', '"', '\\', '\n', ',', ':', ' ', 'a', '1', '"items"', 'é'),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(
        jsonLike,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (parts, chunk, lineDelimited) => {
          const text = parts.join('');
          const whole = split(text, { lineDelimited });
          const cut = split(text, { chunk, lineDelimited });
          expect(cut.map(kindOf)).toEqual(whole.map(kindOf));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function hasNoItems(document: Record<string, unknown>): boolean {
  return !('items' in document);
}

function split(
  text: string,
  { chunk = 1000, ...options }: Partial<JsonSplitterOptions> & { chunk?: number } = {},
): JsonPiece[] {
  const splitter = new JsonSplitter({ ...defaults, ...options });
  const bytes = Buffer.from(text);
  const pieces: JsonPiece[] = [];
  for (let start = 0; start < bytes.length; start += chunk) {
    pieces.push(...splitter.push(bytes.subarray(start, start + chunk)));
  }
  return [...pieces, ...splitter.end()];
}

function valueOf(piece: JsonPiece): unknown {
  return piece.type === 'document' ? JSON.parse(piece.bytes.toString()) : piece;
}

function summarise(piece: JsonPiece): unknown {
  return piece.type === 'document' ? valueOf(piece) : `${piece.reason}:${piece.line}`;
}

/** Describes a piece without its message, which depends on the chunks. */
function kindOf(piece: JsonPiece): string {
  return piece.type === 'document' ? piece.bytes.toString() : `${piece.reason}:${piece.line}`;
}
