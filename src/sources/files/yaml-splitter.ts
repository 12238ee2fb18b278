/** One document of a YAML stream, still as text, or the word that it was too large. */
export interface YamlPiece {
  /** `undefined` if the document was larger than allowed. */
  readonly bytes: Buffer | undefined;
  /** Line of the stream that the document begins at, from 1. */
  readonly line: number;
}

const NEWLINE = 0x0a;
const marker = Buffer.from('---');

/**
 * Cuts a YAML stream at its document markers. `---` at the start of a line always is one (YAML
 * 1.2.2 §9.1.2): no scalar, quoted or block, may hold it there.
 */
export class YamlSplitter {
  readonly #maxDocumentBytes: number;
  #lines: Buffer[] = [];
  #bytes = 0;
  #line = 1;
  #startLine = 1;
  /** The last line of the previous chunk, whose end was not in it. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(maxDocumentBytes: number) {
    this.#maxDocumentBytes = maxDocumentBytes;
  }

  push(chunk: Buffer): YamlPiece[] {
    const pieces: YamlPiece[] = [];
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#takeLine(bytes.subarray(start, end + 1), pieces);
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
    // One endless line must not grow without bound; it is not YAML that anyone wrote.
    if (this.#rest.length > this.#maxDocumentBytes) {
      this.#bytes += this.#rest.length;
      this.#rest = Buffer.alloc(0);
    }
    return pieces;
  }

  end(): YamlPiece[] {
    const pieces: YamlPiece[] = [];
    this.#takeLine(this.#rest, pieces);
    this.#endDocument(pieces);
    return pieces;
  }

  #takeLine(line: Buffer, pieces: YamlPiece[]): void {
    if (isMarker(line)) {
      this.#endDocument(pieces);
      this.#startLine = this.#line;
    }
    this.#line++;
    this.#bytes += line.length;
    if (this.#bytes <= this.#maxDocumentBytes) this.#lines.push(line);
    else this.#lines = [];
  }

  #endDocument(pieces: YamlPiece[]): void {
    const tooLarge = this.#bytes > this.#maxDocumentBytes;
    const bytes = tooLarge ? undefined : Buffer.concat(this.#lines);
    if (this.#bytes > 0) pieces.push({ bytes, line: this.#startLine });
    this.#lines = [];
    this.#bytes = 0;
  }
}

function isMarker(line: Buffer): boolean {
  if (line.length < 3 || !line.subarray(0, 3).equals(marker)) return false;
  const next = line[3];
  return next === undefined || next === NEWLINE || next === 0x20 || next === 0x09 || next === 0x0d;
}
