import type { ResultGap } from '../../model/result-gap.ts';
import type { ListAcceptance } from '../list-history.ts';
import type { ReadObserver, ReadProgress } from '../scan-source.ts';
import { mayHideResults, type SkippedReport } from '../skipped-report.ts';

/** Key of this number in the history. */
const UNREADABLE = 'unreadable reports';

/** Counts skipped reports that an earlier run may have read, and passes all events on. */
export class HiddenResults implements ReadObserver {
  readonly #observer: ReadObserver;
  #count = 0;

  constructor(observer: ReadObserver) {
    this.#observer = observer;
  }

  read(): void {
    this.#observer.read();
  }

  skipped(report: SkippedReport): void {
    if (mayHideResults(report)) this.#count++;
    this.#observer.skipped(report);
  }

  progress(progress: ReadProgress): void {
    this.#observer.progress(progress);
  }

  warn(message: string): void {
    this.#observer.warn(message);
  }

  /**
   * Returns a gap if more reports are unreadable than in the last run, because the last run's sums may
   * include them.
   */
  gaps(acceptance: ListAcceptance): ResultGap[] {
    const more = acceptance.growthOf(UNREADABLE, this.#count);
    if (more === 0) return [];
    const reports = more === 1 ? '1 report' : `${more} reports`;
    const message = `${reports} more than in the last run cannot be read, so totals are left out; repair or remove the files named above`;
    return [{ groups: ['vulnerabilities', 'postures'], message }];
  }
}
