/** Texts that belong together; one may be absent. */
export type TextRecord = readonly (string | undefined)[];

/** Writes records as numbers: each distinct text is held once, and 0 stands for none. */
export class TextTable {
  readonly #indexes = new Map<string, number>();

  /** In the order of their numbers, from 1. */
  get texts(): string[] {
    return [...this.#indexes.keys()];
  }

  /** All records must be of one length. */
  write(records: Iterable<TextRecord>): Uint32Array {
    const words: number[] = [];
    for (const record of records) {
      for (const text of record) words.push(text === undefined ? 0 : this.#indexOf(text));
    }
    return new Uint32Array(words);
  }

  #indexOf(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    this.#indexes.set(text, this.#indexes.size + 1);
    return this.#indexes.size;
  }
}

/** Gives the text at a place of the record at hand; `undefined` if there is none. */
export type TextAt = (index: number) => string | undefined;

/** Reads what `TextTable.write` wrote, of so many texts each. */
export function readRecords<Value>(
  words: Uint32Array,
  { texts, width }: { readonly texts: readonly string[]; readonly width: number },
  read: (textAt: TextAt) => Value,
): Value[] {
  let start = 0;
  // Number 0 finds nothing, at index -1.
  function textAt(index: number): string | undefined {
    return texts[(words[start + index] ?? 0) - 1];
  }
  const values: Value[] = [];
  for (; start < words.length; start += width) values.push(read(textAt));
  return values;
}
