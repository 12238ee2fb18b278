import type { KnownPage } from './known-items.ts';
import type { TextTable } from './text-records.ts';

type Pages = ReadonlyMap<string, KnownPage>;

/** Writes pages as numbers: of each how many texts it has, and then these. */
export function writePages(pages: Pages, table: TextTable): Uint32Array {
  const words: number[] = [];
  for (const [digest, { token, items }] of pages) {
    const record = [digest, token, ...items];
    words.push(record.length, ...table.write([record]));
  }
  return Uint32Array.from(words);
}

/** Reads what `writePages` wrote. */
export function readPages(words: Uint32Array, texts: readonly string[]): Map<string, KnownPage> {
  const pages = new Map<string, KnownPage>();
  let start = 0;
  while (start < words.length) {
    const end = start + 1 + (words[start] ?? 0);
    const record = Array.from(words.subarray(start + 1, end), (word) => texts[word - 1] ?? '');
    const [digest = '', token = '', ...items] = record;
    pages.set(digest, { token, items });
    start = end;
  }
  return pages;
}
