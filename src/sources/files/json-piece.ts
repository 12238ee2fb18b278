import type { SkipReason } from '../skipped-report.ts';

/** A piece of a stream: one whole JSON value, or what was wrong where one should have been. */
export type JsonPiece = JsonBytes | JsonProblem;

export interface JsonBytes {
  readonly type: 'document';
  readonly bytes: Buffer;
  /** Line of the stream that the document begins at, from 1. */
  readonly line: number;
}

export interface JsonProblem {
  readonly type: 'problem';
  readonly reason: SkipReason;
  readonly message: string;
  readonly line: number;
}
