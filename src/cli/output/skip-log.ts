import type { SkippedReport } from '../../sources/skipped-report.ts';
import { isHarmless } from '../../sources/skipped-report.ts';
import type { Logger } from './logger.ts';

/** Number of similar reports of one file to log individually. Further ones are only counted. */
const MAX_SIMILAR = 3;

interface SimilarReports {
  readonly report: SkippedReport;
  readonly path: string;
  count: number;
}

/** Logs skipped reports and groups similar ones. */
export class SkipLog {
  readonly #log: Logger;
  readonly #similar = new Map<string, SimilarReports>();

  constructor(log: Logger) {
    this.#log = log;
  }

  add(report: SkippedReport): void {
    if (report.isKnown) return;
    const path = report.where.replace(/:\d+(?:\[\d+\])*$/, '');
    const key = `${report.reason}\0${path}`;
    const similar = this.#similar.get(key) ?? { report, path, count: 0 };
    this.#similar.set(key, similar);
    similar.count++;
    if (similar.count <= MAX_SIMILAR) this.#write(report, `${report.where}: ${report.message}`);
  }

  /** Logs the number of similar reports that were not logged individually. */
  flush(): void {
    for (const { report, path, count } of this.#similar.values()) {
      const more = count - MAX_SIMILAR;
      if (more > 0) this.#write(report, `${path}: ${more} more like this (${report.reason})`);
    }
    this.#similar.clear();
  }

  #write({ reason }: SkippedReport, message: string): void {
    if (isHarmless(reason)) this.#log.info({ reason }, message);
    else this.#log.warn({ reason }, message);
  }
}
