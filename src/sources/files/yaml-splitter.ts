import { withoutByteOrderMark } from './content-kind.ts';
import { JoinedBytes } from './joined-bytes.ts';

/** One document of a YAML stream as text, or the fact that it was too large. */
export interface YamlPiece {
  /** Absent if the document exceeded the limit. */
  readonly bytes: Buffer | undefined;
  /** Line of the stream at which the document starts, counted from 1. */
  readonly line: number;
}

const NEWLINE = 0x0a;
const PERCENT = 0x25;
const MARKER_BYTES = 3;
/** Longer lines are processed in parts. */
const LONG_LINE_BYTES = 64 * 2 ** 10;
const startMarker = Buffer.from('---');
const endMarker = Buffer.from('...');

/** Progress within a document: nothing yet, directives that require a marker, or content. */
type Stage = 'start' | 'directives' | 'content';

/**
 * Splits a YAML stream at its document markers. `---` and `...` at the start of a line are always markers
 * (YAML 1.2.2 §9.1.2), even inside scalars.
 */
export class YamlSplitter {
  readonly #maxDocumentBytes: number;
  readonly #maxLineBytes: number;
  #text = new JoinedBytes();
  #bytes = 0;
  #line = 1;
  #startLine = 1;
  #stage: Stage = 'start';
  /** The incomplete last line of the previous chunk. */
  #rest: Buffer = Buffer.alloc(0);
  /** Whether the start of the current line was too long to keep. */
  #inLongLine = false;
  /** Whether the current line is the last one of its document. */
  #isLastLine = false;

  constructor(maxDocumentBytes: number) {
    this.#maxDocumentBytes = maxDocumentBytes;
    this.#maxLineBytes = Math.max(Math.min(maxDocumentBytes, LONG_LINE_BYTES), MARKER_BYTES);
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
    // Limits the memory for an endless line. Enough of it is kept to recognize a marker.
    if (this.#rest.length > this.#maxLineBytes) {
      this.#takePart(this.#rest, pieces);
      this.#inLongLine = true;
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
    // Concatenated files have several byte order marks.
    this.#takePart(withoutByteOrderMark(line), pieces);
    this.#inLongLine = false;
    if (this.#isLastLine) this.#endDocument(pieces);
  }

  /** Takes a line, or the part of a long line that has arrived. */
  #takePart(part: Buffer, pieces: YamlPiece[]): void {
    if (!this.#inLongLine) this.#beginLine(part, pieces);
    this.#bytes += part.length;
    if (this.#bytes <= this.#maxDocumentBytes) this.#text.add(part);
    else this.#text = new JoinedBytes();
  }

  #beginLine(line: Buffer, pieces: YamlPiece[]): void {
    const isStart = isMarker(line, startMarker);
    // The first marker after directives belongs to them (YAML 1.2.2 §6.8).
    if (isStart && this.#stage !== 'directives') this.#endDocument(pieces);
    this.#isLastLine = isMarker(line, endMarker);
    // A long line is content, however it starts: chunk borders decide how much of it is visible.
    if (isStart || line.length > this.#maxLineBytes) this.#stage = 'content';
    else if (this.#stage !== 'content') this.#stage = stageAfter(line, this.#stage);
    this.#line++;
  }

  /** Ends the document. The current line may already belong to the next one. */
  #endDocument(pieces: YamlPiece[]): void {
    const tooLarge = this.#bytes > this.#maxDocumentBytes;
    const bytes = tooLarge ? undefined : this.#text.toBuffer();
    if (this.#bytes > 0) pieces.push({ bytes, line: this.#startLine });
    this.#text = new JoinedBytes();
    this.#bytes = 0;
    this.#startLine = this.#line;
    this.#stage = 'start';
    this.#isLastLine = false;
  }
}

/** `%` marks a directive only before the content of a document. */
function stageAfter(line: Buffer, stage: Stage): Stage {
  if (line[0] === PERCENT) return 'directives';
  return /^\s*(?:#|$)/.test(line.toString('latin1')) ? stage : 'content';
}

function isMarker(line: Buffer, marker: Buffer): boolean {
  if (!line.subarray(0, MARKER_BYTES).equals(marker)) return false;
  const next = line[MARKER_BYTES];
  return next === undefined || next === NEWLINE || next === 0x20 || next === 0x09 || next === 0x0d;
}
