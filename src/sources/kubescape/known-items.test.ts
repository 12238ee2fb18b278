import { describe, expect, it } from 'vitest';

import { KnownItems, type KnownList, type ListItem } from './known-items.ts';

/** Reads a list of these pages; items that start with `!` cannot be used. */
function read(
  known: KnownItems<string>,
  pages: Readonly<Record<string, readonly string[]>>,
): KnownItems<string> {
  for (const [digest, texts] of Object.entries(pages)) {
    const page = known.findPage(digest) ?? { token: 'next', items: texts.map(itemOf(known)) };
    known.notePage(digest, page);
    for (const item of page.items) known.take(item, valueOf);
  }
  return known;
}

function listOf(pages: Readonly<Record<string, readonly string[]>>): KnownList<string> {
  return read(new KnownItems(), pages).current;
}

function itemOf(known: KnownItems<string>) {
  return (text: string): ListItem<string> => known.findItem(text) ?? { digest: text, value: text };
}

function valueOf(text: unknown): string | undefined {
  return String(text).startsWith('!') ? undefined : `value of ${String(text)}`;
}

const a = { digest: 'a', known: 'value of a' };
const b = { digest: 'b', known: 'value of b' };

describe('a page that is known', () => {
  it('is found again, with its items and where the next one begins', () => {
    const known = new KnownItems(listOf({ p: ['a', 'b'] }));

    expect(known.findPage('p')).toEqual({ token: 'next', items: [a, b] });
    expect(known.findPage('q')).toBeUndefined();
  });

  it('is read anew if one of its items cannot be used, so that this is told every time', () => {
    const last = listOf({ p: ['a', '!b'], q: ['c'] });
    const known = new KnownItems(last);

    expect(last.items.map(({ digest }) => digest)).toEqual(['a', 'c']);
    expect([known.findPage('p'), known.findPage('q')?.items.length]).toEqual([undefined, 1]);
  });

  it('is forgotten with the next list that does not have it', () => {
    const second = read(new KnownItems(listOf({ p: ['a'], q: ['b'] })), { q: ['b'] });

    expect([...second.current.pages.keys()]).toEqual(['q']);
    expect(second.isChanged).toBe(true);
  });
});

describe('an item that is known', () => {
  it('is what it was, on whatever page it is', () => {
    const known = read(new KnownItems(listOf({ p: ['a', 'b'] })), { q: ['b'], r: ['a'] });

    expect(known.current.items).toEqual([b, a]);
    expect(known.isChanged).toBe(false);
  });

  it('is kept once, also where a list has it twice, and that is no change', () => {
    const first = listOf({ p: ['a', 'b'], q: ['a'] });
    const again = read(new KnownItems(first), { p: ['a', 'b'], q: ['a'] });

    expect(first.items).toEqual([a, b]);
    expect(again.current).toEqual(first);
    expect(again.isChanged).toBe(false);
  });
});

it.each`
  what              | pages
  ${'one more'}     | ${{ q: ['a', 'b', 'c'] }}
  ${'one less'}     | ${{ q: ['a'] }}
  ${'another text'} | ${{ q: ['a', 'c'] }}
`('has changed with $what', ({ pages }: { pages: Readonly<Record<string, readonly string[]>> }) => {
  expect(read(new KnownItems(listOf({ p: ['a', 'b'] })), pages).isChanged).toBe(true);
});
