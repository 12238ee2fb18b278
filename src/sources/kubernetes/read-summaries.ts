import { FormatError } from '../../formats/format-error.ts';
import { readScanResult } from '../../formats/scan-result.ts';
import type { ContainerSummary } from '../../formats/vulnerability-manifest-summary.ts';
import type { ReadObserver } from '../scan-source.ts';
import { objectName } from './object-name.ts';

/** What the summaries of the cluster say: which container runs which image. */
export interface SummaryList {
  readonly summaries: readonly ContainerSummary[];
  readonly unscanned: readonly ContainerSummary[];
  /** Objects that were listed, usable or not. */
  readonly listed: number;
  /** Objects whose spec was not served. */
  readonly withoutSpec: number;
}

/** Sorts the items of summary pages. The same object on a later page is the newer one. */
export class SummaryCollector {
  readonly #observer: ReadObserver;
  readonly #summaries = new Map<string, ContainerSummary>();
  readonly #unscanned = new Map<string, ContainerSummary>();
  #listed = 0;
  #withoutSpec = 0;

  constructor(observer: ReadObserver) {
    this.#observer = observer;
  }

  addPage(items: readonly unknown[]): void {
    for (const item of items) this.#add(item);
  }

  result(): SummaryList {
    return {
      summaries: [...this.#summaries.values()],
      unscanned: [...this.#unscanned.values()],
      listed: this.#listed,
      withoutSpec: this.#withoutSpec,
    };
  }

  #add(item: unknown): void {
    this.#listed++;
    const where = objectName(item);
    if (where === undefined) {
      const message = 'an item of the list has no name: the server could not read the object';
      this.#observer.skipped({
        reason: 'zero_valued',
        where: 'vulnerabilitymanifestsummaries',
        message,
      });
      return;
    }
    try {
      this.#sort(item, `vulnerabilitymanifestsummaries ${where}`);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#observer.skipped({
        reason: 'invalid_shape',
        where: `vulnerabilitymanifestsummaries ${where}`,
        message: error.message,
      });
    }
  }

  #sort(item: unknown, where: string): void {
    const result = readScanResult(item);
    if (result.type === 'container') {
      this.#forget(result.summary.key, where);
      this.#summaries.set(result.summary.key, result.summary);
      this.#observer.read();
    } else if (result.type === 'unscanned') {
      const { key, container } = result.summary;
      this.#forget(key, where);
      this.#unscanned.set(key, result.summary);
      const message = `Kubescape could not scan it: its status is ${container.scanStatus}`;
      this.#observer.skipped({ reason: 'unscanned', where, message });
    } else {
      this.#withoutSpec++;
      const message = 'it refers to no findings and says no reason';
      this.#observer.skipped({ reason: 'stub', where, message });
    }
  }

  #forget(key: string, where: string): void {
    const isKnown = this.#summaries.delete(key) || this.#unscanned.delete(key);
    if (!isKnown) return;
    const message = 'listed twice, because it was written meanwhile; the later one counts';
    this.#observer.skipped({ reason: 'duplicate', where, message });
  }
}
