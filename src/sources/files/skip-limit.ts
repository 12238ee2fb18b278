import type { ReadObserver, ReadProgress } from '../scan-source.ts';
import { isHarmless, type SkippedReport } from '../skipped-report.ts';

/** Far more than the number of other objects in a dump of a large cluster. */
const MAX_UNUSABLE = 100_000;

/** Passes events on, and counts the unusable documents of the current file. */
export class SkipLimit implements ReadObserver {
  readonly #observer: ReadObserver;
  #unusable = 0;

  constructor(observer: ReadObserver) {
    this.#observer = observer;
  }

  /** Whether it is pointless to read the rest of the file. */
  get isReached(): boolean {
    return this.#unusable >= MAX_UNUSABLE;
  }

  startFile(): void {
    this.#unusable = 0;
  }

  reportRest(where: string): void {
    const message = `the rest of the file was not read, because ${MAX_UNUSABLE} documents before it are not scan results`;
    this.#observer.skipped({ reason: 'too_large', where, message });
  }

  read(): void {
    this.#observer.read();
  }

  skipped(report: SkippedReport): void {
    if (!isHarmless(report.reason)) this.#unusable++;
    this.#observer.skipped(report);
  }

  progress(progress: ReadProgress): void {
    this.#observer.progress(progress);
  }

  warn(message: string): void {
    this.#observer.warn(message);
  }
}
