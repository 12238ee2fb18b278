import { describe, expect, it } from 'vitest';

import { KnownItems, type KnownList } from './known-items.ts';

/** What a list of these items leaves; those that start with `!` cannot be used. */
function listOf(pages: Readonly<Record<string, readonly string[]>>): KnownList<string> {
  const known = new KnownItems<string>();
  for (const [digest, items] of Object.entries(pages)) {
    known.notePage(digest, { token: 'next', items });
    for (const item of items) known.take(item, () => (item.startsWith('!') ? undefined : 'value'));
  }
  return known.current;
}

describe('a page that is known', () => {
  it('is found again, with where the next one begins', () => {
    const known = new KnownItems(listOf({ p: ['a', 'b'] }));

    expect(known.findPage('p')).toEqual({ token: 'next', items: ['a', 'b'] });
    expect(known.findPage('q')).toBeUndefined();
  });

  it('is read anew if one of its items cannot be used, so that this is told every time', () => {
    const last = listOf({ p: ['a', '!b'], q: ['c'] });
    const known = new KnownItems(last);

    expect([...last.pages.keys()]).toEqual(['q']);
    expect([known.findPage('p'), known.findPage('q')?.items]).toEqual([undefined, ['c']]);
  });

  it('is read anew if one of its items is not known', () => {
    const { pages } = listOf({ p: ['a', 'b'] });
    const known = new KnownItems({ items: new Map([['a', 'value']]), pages });

    expect(known.findPage('p')).toBeUndefined();
  });

  it('is forgotten with the next list that does not have it', () => {
    const second = new KnownItems(listOf({ p: ['a'], q: ['b'] }));
    second.notePage('q', { token: '', items: ['b'] });
    second.take('b', () => undefined);

    expect([...second.current.pages.keys()]).toEqual(['q']);
    expect(second.isChanged).toBe(true);
  });
});
