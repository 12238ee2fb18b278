import type { SkippedReport, SkipReason } from '../skipped-report.ts';
import { STDIN_PATH } from './byte-stream.ts';

export interface DocumentLimits {
  readonly maxDocumentBytes: number;
  readonly maxDepth: number;
}

/** One value of a file, or the problem that prevented reading it. */
export type FileDocument =
  | {
      readonly type: 'value';
      readonly value: unknown;
      readonly where: string;
      /** Whether the document is an item of a list. The list follows without its items. */
      readonly isItem: boolean;
    }
  | { readonly type: 'problem'; readonly report: SkippedReport };

/** A file whose content is being read. */
export interface ContentSource extends DocumentLimits {
  readonly path: string;
  /** Whether messages may quote the content. */
  readonly quotes: boolean;
}

/** Turns the bytes of a file into documents. */
export interface DocumentReader {
  /** Whether the rest of the file cannot contain documents. */
  readonly isDone: boolean;
  push(chunk: Buffer): Iterable<FileDocument>;
  end(): Iterable<FileDocument>;
}

export function problem(where: string, reason: SkipReason, message: string): FileDocument {
  return { type: 'problem', report: { where, reason, message } };
}

/** The file's name in messages. */
export function nameOf(path: string): string {
  return path === STDIN_PATH ? 'standard input' : path;
}
