import type { KnownItem, KnownList, KnownPage } from './known-items.ts';
import type { TextTable } from './text-records.ts';

/** Writes pages as numbers: of each how many items it has, its two texts, and the items' places. */
export function writePages({ items, pages }: KnownList<unknown>, table: TextTable): Uint32Array {
  const places = new Map(items.map((item, place) => [item.digest, place]));
  const words: number[] = [];
  for (const [digest, page] of pages) {
    words.push(page.items.length, ...table.write([[digest, page.token]]));
    for (const item of page.items) words.push(places.get(item.digest) ?? items.length);
  }
  return Uint32Array.from(words);
}

/** Reads what `writePages` wrote of these items. */
export function readPages<Value>(
  words: Uint32Array,
  texts: readonly string[],
  items: readonly KnownItem<Value>[],
): Map<string, KnownPage<Value>> {
  const pages = new Map<string, KnownPage<Value>>();
  let start = 0;
  while (start < words.length) {
    const end = start + 3 + (words[start] ?? 0);
    const [digest = '', token = ''] = Array.from(
      words.subarray(start + 1, start + 3),
      (word) => texts[word - 1] ?? '',
    );
    const its: KnownItem<Value>[] = [];
    for (let place = start + 3; place < end; place++) {
      const item = items[words[place] ?? items.length];
      if (item !== undefined) its.push(item);
    }
    pages.set(digest, { token, items: its });
    start = end;
  }
  return pages;
}
