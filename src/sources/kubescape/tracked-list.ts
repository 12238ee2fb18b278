import type { ReadObserver } from '../scan-source.ts';
import type { SkippedReport } from '../skipped-report.ts';
import type { ChangeTracker } from './change-tracker.ts';
import type { ListContext, ListResult } from './list-context.ts';
import type { StorageKind } from './storage-api.ts';

/** `last` is the last usable list. */
export type ReadList<Value> = (
  context: ListContext,
  last: Value | undefined,
) => Promise<ListResult<Value>>;

interface ReadOnce<Value> {
  readonly result: ListResult<Value>;
  readonly reports: RecordedReports;
}

/** The list of one kind, which is reused as long as only other kinds change. */
export class TrackedList<Value> {
  readonly #kind: StorageKind;
  readonly #tracker: ChangeTracker | undefined;
  #last: ReadOnce<Value> | undefined;
  #lastUsable: Value | undefined;

  /** @param tracker Absent outside of an agent. */
  constructor(kind: StorageKind, tracker: ChangeTracker | undefined) {
    this.#kind = kind;
    this.#tracker = tracker;
  }

  /** @param canReuse Whether the last list may be returned if it has not changed. */
  async read(
    context: ListContext,
    { list, canReuse }: { readonly list: ReadList<Value>; readonly canReuse: boolean },
  ): Promise<ListResult<Value>> {
    const last = canReuse && this.#tracker?.isUnchanged(this.#kind) ? this.#last : undefined;
    if (last === undefined) return this.#readAgain(context, list);
    last.reports.replay(context.observer);
    return last.result;
  }

  /** Accepts the list that was read last, so that later reads can reuse it. */
  accept(): void {
    this.#lastUsable = this.#last?.result.value ?? this.#lastUsable;
  }

  /** Makes the next read list the objects again, because the last list was implausible. */
  discard(): void {
    this.#tracker?.endList(this.#kind, undefined);
    this.#last = undefined;
  }

  async #readAgain(context: ListContext, list: ReadList<Value>): Promise<ListResult<Value>> {
    const reports = new RecordedReports(context.observer);
    this.#last = undefined;
    this.#tracker?.beginList(this.#kind);
    let result: ListResult<Value> | undefined;
    try {
      result = await list({ ...context, observer: reports }, this.#lastUsable);
    } finally {
      this.#tracker?.endList(this.#kind, result?.fingerprint);
    }
    if (result.value !== undefined) this.#last = { result, reports };
    return result;
  }
}

/** Passes reports on, and repeats them when the list that they belong to is reused. */
class RecordedReports implements ReadObserver {
  readonly #observer: ReadObserver;
  readonly #skipped: SkippedReport[] = [];
  readonly #warnings: string[] = [];
  #read = 0;

  constructor(observer: ReadObserver) {
    this.#observer = observer;
  }

  read(): void {
    this.#read++;
    this.#observer.read();
  }

  skipped(report: SkippedReport): void {
    this.#skipped.push(report);
    this.#observer.skipped(report);
  }

  progress(progress: Parameters<ReadObserver['progress']>[0]): void {
    this.#observer.progress(progress);
  }

  warn(message: string): void {
    this.#warnings.push(message);
    this.#observer.warn(message);
  }

  replay(observer: ReadObserver): void {
    for (let left = this.#read; left > 0; left--) observer.read();
    for (const report of this.#skipped) {
      // Objects that no run has read have no series that could go missing, and this is not the first
      // run.
      observer.skipped(report.reason === 'unreadable' ? { ...report, isCovered: true } : report);
    }
    for (const message of this.#warnings) observer.warn(message);
  }
}
