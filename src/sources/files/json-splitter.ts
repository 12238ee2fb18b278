import type { SkipReason } from '../skipped-report.ts';
import { describeBytes } from './describe-bytes.ts';
import { DocumentBuffer } from './document-buffer.ts';
import {
  CLOSE_BRACKET,
  endOfLine,
  endOfString,
  findStringEnd,
  meaning,
  meaningOf,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  quoteStart,
} from './json-bytes.ts';
import type { JsonPiece } from './json-piece.ts';

export interface JsonSplitterOptions {
  /** Maximum size of one document in bytes. */
  readonly maxDocumentBytes: number;
  /** Maximum nesting of objects and lists. */
  readonly maxDepth: number;
  /** Whether each line is a separate document, so that a broken line affects no other line. */
  readonly lineDelimited: boolean;
  /** Whether messages may quote the content. */
  readonly quotes: boolean;
}

/** Longer than the only relevant key, `items`. */
const MAX_KEY_BYTES = 8;

/**
 * Splits a stream of bytes into JSON documents without parsing them: concatenated or line-delimited values,
 * elements of a top-level list, and the `items` of an object. A dump of a whole cluster therefore needs only
 * the memory of its largest object. Looks only at brackets and strings; `JSON.parse` validates the rest.
 */
export class JsonSplitter {
  readonly #options: JsonSplitterOptions;
  #pieces: JsonPiece[] = [];
  #document: DocumentBuffer;
  /** The object around the current `items`, as far as it was read. */
  #envelope: DocumentBuffer | undefined;
  #line = 1;
  #depth = 0;
  /** Depth at which documents start: 0, 1 inside a top-level list, 2 inside `items`. */
  #documentDepth = 0;
  #inString = false;
  #escaped = false;
  /** The last string at depth 1, which may be a key. */
  #key = '';
  /** Set after invalid input. The next document starts at a line that begins with a bracket. */
  #resyncing = false;
  #atLineStart = false;
  /** Index of the next line break in the current chunk, if it was searched already. */
  #lineEnd = -1;

  constructor(options: JsonSplitterOptions) {
    this.#options = options;
    this.#document = new DocumentBuffer(options.maxDocumentBytes);
  }

  /** Takes the next bytes and returns the documents that they complete. */
  push(chunk: Buffer): JsonPiece[] {
    let index = 0;
    this.#lineEnd = -1;
    while (index < chunk.length) {
      if (this.#resyncing) index = this.#resync(chunk, index);
      else if (this.#inString) index = this.#scanString(chunk, index);
      else if (this.#depth > Math.max(this.#documentDepth, 1)) index = this.#scan(chunk, index);
      else index = this.#decide(chunk, index);
    }
    this.#keep(chunk, chunk.length);
    return this.#take();
  }

  /** Ends the stream and reports an incomplete document. */
  end(): JsonPiece[] {
    this.#endOfInput();
    return this.#take();
  }

  #take(): JsonPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  /** Scans the inside of a document until a byte needs a decision. */
  #scan(chunk: Buffer, from: number): number {
    const highest = this.#documentDepth + this.#options.maxDepth;
    const lowest = Math.max(this.#documentDepth, 1) + 1;
    const lineEnd = this.#nextLineEnd(chunk, from);
    let depth = this.#depth;
    let index = from;
    for (; index < lineEnd; index++) {
      const found = meaningOf(chunk[index]);
      if (found < meaning.open) continue;
      if (found === meaning.quote) {
        const end = endOfString(chunk, index + 1);
        if (end < 0 || end > lineEnd) break;
        index = end;
        continue;
      }
      const next = found === meaning.open ? depth + 1 : depth - 1;
      if (next > highest || next < lowest) break;
      depth = next;
    }
    this.#depth = depth;
    return index < chunk.length ? this.#decide(chunk, index) : index;
  }

  /** Searches each line only once, because a line may be long and have millions of brackets. */
  #nextLineEnd(chunk: Buffer, from: number): number {
    if (from > this.#lineEnd) this.#lineEnd = endOfLine(chunk, from);
    return this.#lineEnd;
  }

  #decide(chunk: Buffer, index: number): number {
    const found = meaningOf(chunk[index]);
    if (found === meaning.open) return this.#open(chunk, index);
    if (found === meaning.close) return this.#close(chunk, index);
    if (found === meaning.none) return this.#plain(chunk, index);
    if (found === meaning.quote) return this.#beginString(index);
    this.#endScalar(chunk, index);
    if (found === meaning.newline) this.#newline();
    return index + 1;
  }

  #open(chunk: Buffer, index: number): number {
    const isList = chunk[index] === OPEN_BRACKET;
    if (isList && this.#depth === 0 && !this.#document.isOpen) this.#documentDepth = 1;
    else if (isList && this.#isItems()) this.#enterItems(chunk, index);
    else this.#beginDocument(index);
    this.#depth++;
    if (this.#depth - this.#documentDepth > this.#options.maxDepth) {
      this.#discard('too_deep', `nested more than ${this.#options.maxDepth} levels deep`);
    }
    return index + 1;
  }

  #close(chunk: Buffer, index: number): number {
    if (this.#depth > this.#documentDepth) {
      this.#depth--;
      if (this.#depth === this.#documentDepth) this.#endDocument(chunk, index + 1);
      return index + 1;
    }
    this.#endScalar(chunk, index);
    if (this.#depth === 0) return this.#plain(chunk, index);
    if (chunk[index] !== CLOSE_BRACKET)
      this.#problem('invalid_json', 'a list is closed with a brace');
    this.#depth--;
    this.#documentDepth = 0;
    this.#leaveItems(index);
    return index + 1;
  }

  /** Handles a byte of a number or word, which is valid in a list but not as a document. */
  #plain(chunk: Buffer, index: number): number {
    if (this.#depth > 0) {
      this.#beginDocument(index);
      return index + 1;
    }
    const found = this.#options.quotes ? quoteStart(chunk, index) : 'other text';
    this.#problem('invalid_json', `expected a JSON object or list, found ${found}`);
    this.#beginResync();
    return index;
  }

  #isItems(): boolean {
    return this.#depth === 1 && this.#documentDepth === 0 && this.#key === 'items';
  }

  #enterItems(chunk: Buffer, index: number): void {
    this.#keep(chunk, index + 1);
    this.#envelope = this.#document;
    this.#document = new DocumentBuffer(this.#options.maxDocumentBytes);
    this.#documentDepth = 2;
  }

  #leaveItems(index: number): void {
    if (this.#envelope === undefined) return;
    this.#document = this.#envelope;
    this.#document.continueAt(index);
    this.#envelope = undefined;
    this.#key = '';
  }

  #beginDocument(index: number): void {
    if (this.#document.isOpen || this.#depth !== this.#documentDepth) return;
    this.#document.begin(index, this.#line);
  }

  #endScalar(chunk: Buffer, end: number): void {
    if (this.#depth === this.#documentDepth) this.#endDocument(chunk, end);
  }

  #endDocument(chunk: Buffer, end: number): void {
    if (!this.#document.isOpen) return;
    this.#keep(chunk, end);
    const { isDiscarded, line } = this.#document;
    if (!isDiscarded) {
      const isItem = this.#envelope !== undefined;
      this.#pieces.push({ type: 'document', bytes: this.#document.finish(), line, isItem });
    }
    this.#document = new DocumentBuffer(this.#options.maxDocumentBytes);
  }

  #keep(chunk: Buffer, end: number): void {
    this.#document.keep(chunk, end);
    if (!this.#document.isTooLarge) return;
    const limit = describeBytes(this.#options.maxDocumentBytes);
    this.#discard('too_large', `larger than ${limit}; raise max_document_size to read it`);
  }

  /** Drops the current document, but follows it to its end to find the next one. */
  #discard(reason: SkipReason, message: string): void {
    if (this.#document.isDiscarded) return;
    this.#problem(reason, message, this.#document.line);
    this.#document.discard();
  }

  #beginString(index: number): number {
    this.#beginDocument(index);
    this.#inString = true;
    this.#key = '';
    return index + 1;
  }

  #scanString(chunk: Buffer, from: number): number {
    const start = this.#escaped ? from + 1 : from;
    this.#escaped = false;
    const { end, index } = findStringEnd(chunk, start);
    if (this.#depth === 1) this.#noteKey(chunk, from, index);
    if (end === 'newline') return this.#breakString(chunk, index);
    this.#inString = end !== 'quote';
    this.#escaped = end === 'escape';
    return end === 'quote' ? index + 1 : chunk.length;
  }

  #noteKey(chunk: Buffer, from: number, to: number): void {
    const room = MAX_KEY_BYTES - this.#key.length;
    this.#key += chunk.toString('latin1', from, Math.min(to, from + room));
  }

  /** JSON strings cannot contain line breaks, so this string is unterminated. */
  #breakString(chunk: Buffer, index: number): number {
    this.#keep(chunk, index);
    const message = 'unterminated string';
    if (!this.#document.isDiscarded) this.#problem('invalid_json', message);
    this.#startOver();
    this.#beginResync();
    return index;
  }

  #newline(): void {
    this.#line++;
    if (this.#options.lineDelimited && this.#depth > 0) this.#endOfInput();
  }

  #endOfInput(): void {
    const unfinished = this.#depth > 0 || this.#inString;
    if (unfinished && !this.#document.isDiscarded) {
      const inside = this.#documentDepth === 0 ? 'a document' : 'a list';
      const { line } = this.#document.isOpen ? this.#document : { line: this.#line };
      this.#problem('truncated', `ends in the middle of ${inside}`, line);
    }
    if (!unfinished) this.#endDocument(Buffer.alloc(0), 0);
    this.#startOver();
  }

  #startOver(): void {
    this.#document = new DocumentBuffer(this.#options.maxDocumentBytes);
    this.#envelope = undefined;
    this.#depth = 0;
    this.#documentDepth = 0;
    this.#inString = false;
    this.#escaped = false;
  }

  #beginResync(): void {
    this.#resyncing = true;
    this.#atLineStart = false;
  }

  /** Skips to a line that starts with an object or a list. */
  #resync(chunk: Buffer, from: number): number {
    for (let index = from; index < chunk.length; index++) {
      const byte = chunk[index];
      if (this.#atLineStart && (byte === OPEN_BRACE || byte === OPEN_BRACKET)) {
        this.#resyncing = false;
        return index;
      }
      this.#atLineStart = byte === NEWLINE;
      if (this.#atLineStart) this.#line++;
    }
    return chunk.length;
  }

  #problem(reason: SkipReason, message: string, line = this.#line): void {
    this.#pieces.push({ type: 'problem', reason, message, line });
  }
}
