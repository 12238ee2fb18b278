import type { ExportObserver, ExportProgress } from '../../compose/export.ts';
import type { Logger } from './logger.ts';

/** Time between two log lines about the progress. */
const EVERY_MS = 5000;

/** Logs the progress of an export every few seconds. */
export class ExportLog implements ExportObserver {
  readonly #log: Logger;
  readonly #now: () => number;
  #loggedMs: number;

  /** @param now A monotonic clock in milliseconds. */
  constructor(log: Logger, now: () => number) {
    this.#log = log;
    this.#now = now;
    this.#loggedMs = now();
  }

  progress({ kind, done, total }: ExportProgress): void {
    const nowMs = this.#now();
    if (nowMs - this.#loggedMs < EVERY_MS) return;
    this.#loggedMs = nowMs;
    const amount = total === undefined ? String(done) : `${done} of ${total}`;
    this.#log.info(`exporting ${kind}: ${amount}`);
  }

  warn(message: string): void {
    this.#log.warn(message);
  }
}
