import type { ReadObserver } from '../scan-source.ts';

/** Remembers unreadable objects from run to run, so that each is logged once. */
export class UnreadableNames {
  #known: ReadonlySet<string> = new Set();

  /** Returns the observer for one run. */
  observe(observer: ReadObserver): ReadObserver {
    const before = this.#known;
    const current = new Set<string>();
    this.#known = current;
    return {
      read: () => observer.read(),
      progress: (progress) => observer.progress(progress),
      warn: (message) => observer.warn(message),
      skipped(report) {
        const { reason, where } = report;
        if (reason === 'unreadable') current.add(where);
        observer.skipped(before.has(where) ? { ...report, isKnown: true } : report);
      },
    };
  }
}
