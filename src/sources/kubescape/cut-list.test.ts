import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cutList } from './cut-list.ts';

const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 }));
const envelope = fc.dictionary(
  fc.string().filter((key) => key !== 'items'),
  fc.jsonValue({ maxDepth: 3 }),
);
const spaces = fc.constantFrom(undefined, 1, '\t', '\r\n');

describe('cutList', () => {
  it('gives every item as it is written, and the rest of the list', () => {
    const lists = fc.record({
      before: envelope,
      items: fc.array(object),
      after: envelope,
      space: spaces,
    });
    fc.assert(
      fc.property(lists, ({ before, items, after, space }) => {
        const text = JSON.stringify({ ...before, items, ...after }, undefined, space);
        const cut = cutList(Buffer.from(text));

        expect(cut?.items.map((item) => JSON.parse(item.toString()) as unknown)).toEqual(
          JSON.parse(JSON.stringify(items)),
        );
        const rest = JSON.stringify({ ...before, items: [], ...after });
        expect(JSON.parse(cut?.envelope ?? '')).toEqual(JSON.parse(rest));
      }),
    );
  });

  it.each`
    what                               | text
    ${'nothing'}                       | ${''}
    ${'no JSON'}                       | ${'no JSON'}
    ${'a list alone'}                  | ${'[{}]'}
    ${'an object without items'}       | ${'{"a":[{}]}'}
    ${'items deeper than they should'} | ${'{"a":{"items":[{}]}}'}
    ${'a value that reads items'}      | ${'{"a":"items","b":[{}]}'}
    ${'items that are null'}           | ${'{"items":null}'}
    ${'items that are no objects'}     | ${'{"items":[1]}'}
    ${'an item that is null'}          | ${'{"items":[{},null]}'}
    ${'items without a comma'}         | ${'{"items":[{} {}]}'}
    ${'a comma too many'}              | ${'{"items":[{},]}'}
    ${'a comma too early'}             | ${'{"items":[,{}]}'}
    ${'a list that breaks off'}        | ${'{"items":[{}'}
    ${'an item that breaks off'}       | ${'{"items":[{"a":"}]}'}
    ${'a key that breaks off'}         | ${'{"items'}
    ${'a key in other letters'}        | ${String.raw`{"\u0069tems":[{}]}`}
  `('leaves $what to JSON.parse', ({ text }: { readonly text: string }) => {
    expect(cutList(Buffer.from(text))).toBeUndefined();
  });

  it('gives an envelope that is no JSON where the list is none behind its items', () => {
    const cut = cutList(Buffer.from('{"items":[{}]]'));

    expect(() => JSON.parse(cut?.envelope ?? '{}') as unknown).toThrow('JSON');
  });

  it('never takes part of a list for the whole', () => {
    const whole = Buffer.from('{"kind":"L","items":[{"a":"}"},{"b":[1,"\\\\"]}],"c":{"d":[]}}');
    for (let end = 0; end < whole.length; end++) {
      const cut = cutList(whole.subarray(0, end));
      expect(() => JSON.parse(cut?.envelope ?? '') as unknown).toThrow('JSON');
    }
  });
});
