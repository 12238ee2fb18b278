import {
  isHarmless,
  hasUnknownSubject,
  type SkippedReport,
  type SkipReason,
  skipReasons,
} from '../sources/skipped-report.ts';

/** Counts the reports that were read and skipped. */
export class ReadStatistics {
  readonly #skipped = new Map<SkipReason, number>(skipReasons.map((reason) => [reason, 0]));
  #read = 0;
  #uncovered = 0;

  get read(): number {
    return this.#read;
  }

  /** Number of skipped reports by reason, including reasons with a count of 0. */
  get skipped(): ReadonlyMap<SkipReason, number> {
    return this.#skipped;
  }

  /** Whether every existing series is known. Only then may missing series end. */
  get isWhole(): boolean {
    const isHidden = [...this.#skipped].some(
      ([reason, count]) => count > 0 && hasUnknownSubject(reason),
    );
    return this.#uncovered === 0 && !isHidden;
  }

  /** Whether something is missing that a healthy cluster provides. */
  get isIncomplete(): boolean {
    return [...this.#skipped].some(([reason, count]) => count > 0 && !isHarmless(reason));
  }

  get hasSkipped(): boolean {
    return [...this.#skipped.values()].some((count) => count > 0);
  }

  countRead(): void {
    this.#read++;
  }

  countSkipped({ reason, isCovered = false }: SkippedReport): void {
    if (!isCovered && !isHarmless(reason)) this.#uncovered++;
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }
}
