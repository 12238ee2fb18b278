/**
 * The bytes of one document, which may span several chunks. Copies nothing if the document lies within one
 * chunk. A document that exceeds the limit can be discarded and still be followed to its end.
 */
export class DocumentBuffer {
  /** Line at which the document starts. */
  line = 1;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Offset of the document in the current chunk. */
  #start = 0;
  #isOpen = false;
  #isDiscarded = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isDiscarded(): boolean {
    return this.#isDiscarded;
  }

  get isTooLarge(): boolean {
    return this.#bytes > this.#maxBytes;
  }

  begin(index: number, line: number): void {
    this.#isOpen = true;
    this.#start = index;
    this.line = line;
  }

  /** Continues at another position and leaves out the bytes in between. */
  continueAt(index: number): void {
    this.#start = index;
  }

  /** Adds the bytes of this chunk up to `end`. The next chunk continues at its first byte. */
  keep(chunk: Buffer, end: number): void {
    if (!this.#isOpen) return;
    const part = chunk.subarray(this.#start, end);
    this.#start = 0;
    this.#bytes += part.length;
    if (!this.#isDiscarded) this.#parts.push(part);
  }

  discard(): void {
    this.#isDiscarded = true;
    this.#parts = [];
  }

  /** Returns the whole document. */
  finish(): Buffer {
    const [only = Buffer.alloc(0)] = this.#parts;
    return this.#parts.length === 1 ? only : Buffer.concat(this.#parts);
  }
}
