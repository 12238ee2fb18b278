import protobuf from 'protobufjs/minimal.js';

import { FIELD_SYMBOLS } from './fields-v2.ts';

/** The distinct strings of a 2.0 request. The first one is always empty. */
export class SymbolTable {
  readonly #writer = protobuf.Writer.create();
  readonly #refs = new Map<string, number>();

  constructor() {
    this.clear();
  }

  /** Length of the encoded table. */
  get bytes(): number {
    return this.#writer.pos;
  }

  /** Returns the reference of the string, adding it if necessary. */
  refOf(text: string): number {
    return this.#refs.get(text) ?? this.#add(text);
  }

  /** Position for `rollBack`. */
  mark(): SymbolMark {
    return { bytes: this.#writer.pos, symbols: this.#refs.size };
  }

  /** Removes all symbols added after the position. */
  rollBack({ bytes, symbols }: SymbolMark): void {
    this.#writer.pos = bytes;
    for (const [text, ref] of this.#refs) if (ref >= symbols) this.#refs.delete(text);
  }

  /** Returns the encoded table, which is valid until the next symbol is added. */
  encode(): Uint8Array {
    return this.#writer.buf.subarray(0, this.#writer.pos);
  }

  clear(): void {
    this.#refs.clear();
    this.#writer.reset();
    this.#add('');
  }

  #add(text: string): number {
    const ref = this.#refs.size;
    this.#refs.set(text, ref);
    // The writer would encode a lone surrogate as invalid UTF-8.
    this.#writer.uint32(FIELD_SYMBOLS).string(text.isWellFormed() ? text : text.toWellFormed());
    return ref;
  }
}

interface SymbolMark {
  readonly bytes: number;
  readonly symbols: number;
}
