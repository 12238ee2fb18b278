import type { SkipReason } from '../skipped-report.ts';

/** One JSON value of a stream, or the problem found in its place. */
export type JsonPiece = JsonBytes | JsonProblem;

export interface JsonBytes {
  readonly type: 'document';
  readonly bytes: Buffer;
  /** Line of the stream at which the document starts, counted from 1. */
  readonly line: number;
  /** Whether the value is one of the `items` of an object. The object itself follows without its items. */
  readonly isItem: boolean;
}

export interface JsonProblem {
  readonly type: 'problem';
  readonly reason: SkipReason;
  readonly message: string;
  readonly line: number;
}
