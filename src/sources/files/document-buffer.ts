/**
 * The bytes of one document, which may lie across chunks. Nothing is copied while it lies in one.
 * Past the limit the bytes are let go, while the document's borders can still be followed.
 */
export class DocumentBuffer {
  /** Line that the document begins at. */
  line = 1;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Where the document begins in the current chunk. */
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

  /** Goes on at another place of the stream, leaving out what lay between. */
  continueAt(index: number): void {
    this.#start = index;
  }

  /** Takes the bytes of this chunk up to `end`; the next chunk continues at its first byte. */
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

  /** The whole document. */
  finish(): Buffer {
    const [only = Buffer.alloc(0)] = this.#parts;
    return this.#parts.length === 1 ? only : Buffer.concat(this.#parts);
  }
}
