import protobuf from 'protobufjs/minimal.js';

import { FIELD_SYMBOLS } from './fields-v2.ts';

/** The strings of one request of remote write 2.0, each once; the first one is always empty. */
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

  /** Adds the string unless it is there. */
  refOf(text: string): number {
    return this.#refs.get(text) ?? this.#add(text);
  }

  /** What to roll back to. */
  mark(): SymbolMark {
    return { bytes: this.#writer.pos, symbols: this.#refs.size };
  }

  /** Takes out what was added since. */
  rollBack({ bytes, symbols }: SymbolMark): void {
    this.#writer.pos = bytes;
    for (const [text, ref] of this.#refs) if (ref >= symbols) this.#refs.delete(text);
  }

  /** Valid until the next symbol. */
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
    // The writer would write half a character as illegal UTF-8.
    this.#writer.uint32(FIELD_SYMBOLS).string(text.isWellFormed() ? text : text.toWellFormed());
    return ref;
  }
}

interface SymbolMark {
  readonly bytes: number;
  readonly symbols: number;
}
