import protobuf from 'protobufjs/minimal.js';

import { FIELD_SYMBOLS } from './fields-v2.ts';
import { lengthOfField } from './sample.ts';

/** The strings of one request of remote write 2.0, each once; the first one is always empty. */
export class SymbolTable {
  readonly #refs = new Map<string, number>([['', 0]]);
  #symbols: Uint8Array[] = [];
  /** Length of the encoded table. */
  #bytes = EMPTY_SYMBOL_BYTES;

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the string unless it is there. */
  refOf(text: string): number {
    return this.#refs.get(text) ?? this.#add(text);
  }

  /** What to roll back to. */
  mark(): number {
    return this.#symbols.length;
  }

  /** Takes out what was added since. */
  rollBack(mark: number): void {
    for (const bytes of this.#symbols.splice(mark)) this.#bytes -= lengthOfField(bytes.length);
    for (const [text, ref] of this.#refs) if (ref > mark) this.#refs.delete(text);
  }

  encode(): Uint8Array {
    const writer = protobuf.Writer.create().uint32(FIELD_SYMBOLS).uint32(0);
    for (const bytes of this.#symbols) writer.uint32(FIELD_SYMBOLS).bytes(bytes);
    return writer.finish();
  }

  clear(): void {
    this.#refs.clear();
    this.#refs.set('', 0);
    this.#symbols = [];
    this.#bytes = EMPTY_SYMBOL_BYTES;
  }

  /** `Buffer.from` turns lone surrogates into U+FFFD, where the writer would emit illegal UTF-8. */
  #add(text: string): number {
    const bytes = Buffer.from(text);
    this.#symbols.push(bytes);
    this.#bytes += lengthOfField(bytes.length);
    this.#refs.set(text, this.#symbols.length);
    return this.#symbols.length;
  }
}

const EMPTY_SYMBOL_BYTES = 2;
