import type { DocumentLimits } from './file-document.ts';
import { readFileDocuments } from './file-documents.ts';
import type { FoundFile } from './find-files.ts';
import type { ResultCollector } from './result-collector.ts';
import type { SkipLimit } from './skip-limit.ts';
import { loadSmallFiles } from './small-files.ts';
import { TurnTaker } from './turn-taker.ts';

export interface CollectOptions {
  readonly collector: ResultCollector;
  readonly observer: SkipLimit;
  readonly limits: DocumentLimits;
  readonly signal: AbortSignal;
}

/** Reads all documents of the files into the collector. */
export async function collectResults(
  files: readonly FoundFile[],
  { collector, observer, limits, signal }: CollectOptions,
): Promise<void> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const turns = new TurnTaker(signal);
  let before = 0;
  for await (const { file, content } of loadSmallFiles(files)) {
    const progress = reportProgress(observer, before, total);
    if (content !== undefined) progress(file.bytes);
    observer.startFile();
    for await (const document of readFileDocuments(file, { limits, content, progress, signal })) {
      if (document.type === 'problem') observer.skipped(document.report);
      else collector.take(document.value, document.where, document.isItem);
      if (turns.isDue) await turns.take();
      if (observer.isReached) break;
    }
    if (observer.isReached) observer.reportRest(file.path);
    before += file.bytes;
  }
}

function reportProgress(observer: SkipLimit, before: number, total: number) {
  return (bytes: number): void => {
    const done = before + bytes;
    observer.progress({ unit: 'bytes', done, total, bytes: done });
  };
}
