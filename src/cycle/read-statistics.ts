import {
  isHarmless,
  isNameless,
  type SkippedReport,
  type SkipReason,
  skipReasons,
} from '../sources/skipped-report.ts';

/** Counts what a source read and what it had to leave out. */
export class ReadStatistics {
  readonly #skipped = new Map<SkipReason, number>(skipReasons.map((reason) => [reason, 0]));
  #read = 0;
  #isWithoutFindings = false;

  get read(): number {
    return this.#read;
  }

  /** By reason, every reason included. */
  get skipped(): ReadonlyMap<SkipReason, number> {
    return this.#skipped;
  }

  /** Whether it is known of everything whether it is still there: else nothing may be ended. */
  get isWhole(): boolean {
    const isHidden = [...this.#skipped].some(([reason, count]) => count > 0 && isNameless(reason));
    return !this.isIncomplete && !this.#isWithoutFindings && !isHidden;
  }

  /** Whether something is missing that a healthy cluster would have given. */
  get isIncomplete(): boolean {
    return [...this.#skipped].some(([reason, count]) => count > 0 && !isHarmless(reason));
  }

  get hasSkipped(): boolean {
    return this.#isWithoutFindings || [...this.#skipped.values()].some((count) => count > 0);
  }

  countRead(): void {
    this.#read++;
  }

  /** There are containers, and the findings of not one of them are there. */
  noteWithoutFindings(): void {
    this.#isWithoutFindings = true;
  }

  countSkipped({ reason }: SkippedReport): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }
}
