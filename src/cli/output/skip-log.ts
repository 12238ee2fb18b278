import type { SkippedReport } from '../../sources/skipped-report.ts';
import { isHarmless } from '../../sources/skipped-report.ts';
import type { Logger } from './logger.ts';

/** Alike reports of one file that are logged one by one; the rest is counted. */
const MAX_ALIKE = 3;

interface Alike {
  readonly report: SkippedReport;
  readonly path: string;
  count: number;
}

/** Logs what was skipped, without a line for each of a thousand alike objects. */
export class SkipLog {
  readonly #log: Logger;
  readonly #alike = new Map<string, Alike>();

  constructor(log: Logger) {
    this.#log = log;
  }

  add(report: SkippedReport): void {
    const path = report.where.replace(/:\d+$/, '');
    const key = `${report.reason}\0${path}`;
    const alike = this.#alike.get(key) ?? { report, path, count: 0 };
    this.#alike.set(key, alike);
    alike.count++;
    if (alike.count <= MAX_ALIKE) this.#write(report, `${report.where}: ${report.message}`);
  }

  /** Says how many were not logged. */
  flush(): void {
    for (const { report, path, count } of this.#alike.values()) {
      const more = count - MAX_ALIKE;
      if (more > 0)
        this.#write(report, `${path}: ${more} more like the last one (${report.reason})`);
    }
    this.#alike.clear();
  }

  #write({ reason }: SkippedReport, message: string): void {
    if (isHarmless(reason)) this.#log.info({ reason }, message);
    else this.#log.warn({ reason }, message);
  }
}
