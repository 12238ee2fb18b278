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
  write(records: readonly TextRecord[]): Uint32Array {
    return Uint32Array.from(
      records.flatMap((record) =>
        record.map((text) => (text === undefined ? 0 : this.#indexOf(text))),
      ),
    );
  }

  #indexOf(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    this.#indexes.set(text, this.#indexes.size + 1);
    return this.#indexes.size;
  }
}

/** The records of `TextTable.write`, of so many texts each. */
export function readRecords(
  words: Uint32Array,
  texts: readonly string[],
  width: number,
): TextRecord[] {
  const records: TextRecord[] = [];
  for (let start = 0; start < words.length; start += width) {
    const record: (string | undefined)[] = [];
    for (let offset = start; offset < start + width; offset++) {
      // Number 0 finds nothing, at index -1.
      record.push(texts[(words[offset] ?? 0) - 1]);
    }
    records.push(record);
  }
  return records;
}
