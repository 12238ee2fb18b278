import { FormatError } from '../../formats/format-error.ts';
import { readScanResult, type ScanResult } from '../../formats/scan-result.ts';
import type { ContainerSummary } from '../../formats/vulnerability-manifest-summary.ts';
import type { ReadObserver } from '../scan-source.ts';
import type { SkipReason } from '../skipped-report.ts';
import { type KindState, kindWithoutSpecs } from './kind-state.ts';
import { KnownItems, type ListItem } from './known-items.ts';
import { NamelessItems } from './nameless-items.ts';
import { objectName } from './object-name.ts';

const KIND = 'vulnerabilitymanifestsummaries';

/** What the summaries of the cluster say: which container runs which image. */
export interface SummaryList {
  readonly summaries: readonly ContainerSummary[];
  readonly unscanned: readonly ContainerSummary[];
  /** Objects that were listed, usable or not; items that stand for none do not count. */
  readonly listed: number;
}

/** A summary that says something of its container. */
export type UsableSummary = Extract<ScanResult, { type: 'container' | 'unscanned' }>;

/** Sorts the items of summary pages. The same object on a later page is the newer one. */
export class SummaryCollector {
  readonly #observer: ReadObserver;
  readonly #known: KnownItems<UsableSummary>;
  readonly #summaries = new Map<string, ContainerSummary>();
  readonly #unscanned = new Map<string, ContainerSummary>();
  #listed = 0;
  #withoutSpec = 0;
  readonly #nameless: NamelessItems;

  constructor(observer: ReadObserver, known = new KnownItems<UsableSummary>()) {
    this.#observer = observer;
    this.#nameless = new NamelessItems(KIND, observer);
    this.#known = known;
  }

  addPage(items: readonly ListItem<UsableSummary>[]): void {
    for (const item of items) this.#add(item);
  }

  /** The kind, down, if not one of the items can be true. */
  judge(): KindState | undefined {
    const isWithoutSpecs = this.#withoutSpec > 0 && this.#summaries.size === 0;
    return isWithoutSpecs ? kindWithoutSpecs(KIND) : this.#nameless.judge(this.#listed);
  }

  result(): SummaryList {
    return {
      summaries: [...this.#summaries.values()],
      unscanned: [...this.#unscanned.values()],
      listed: this.#listed,
    };
  }

  #add(item: ListItem<UsableSummary>): void {
    const usable = this.#known.take(item, (value) => this.#read(value));
    if (usable === undefined) return;
    this.#listed++;
    this.#sort(usable);
  }

  /** `undefined` for what cannot be used; the observer was told why. */
  #read(item: unknown): UsableSummary | undefined {
    const name = objectName(item);
    if (name === undefined) {
      this.#nameless.add();
      return undefined;
    }
    const result = this.#parse(item, name);
    // Others are counted where they are sorted.
    if (result === undefined) this.#listed++;
    return result;
  }

  #parse(item: unknown, name: string): UsableSummary | undefined {
    try {
      const result = readScanResult(item);
      if (result.type === 'container' || result.type === 'unscanned') return result;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return this.#skip('invalid_shape', name, error.message);
    }
    this.#withoutSpec++;
    // The newer version of the object: that an earlier page had findings is not true any more.
    this.#forget(name);
    return this.#skip('stub', name, 'it refers to no findings and says no reason');
  }

  #sort({ type, summary }: UsableSummary): void {
    const { key, container } = summary;
    this.#forget(key);
    if (type === 'container') {
      this.#summaries.set(key, summary);
      this.#observer.read();
      return;
    }
    this.#unscanned.set(key, summary);
    const message = `Kubescape could not scan it: its status is ${container.scanStatus}`;
    this.#skip('unscanned', key, message);
  }

  #forget(key: string): void {
    const isKnown = this.#summaries.delete(key) || this.#unscanned.delete(key);
    if (!isKnown) return;
    const message = 'listed twice, because it was written meanwhile; the later one counts';
    this.#skip('duplicate', key, message);
  }

  #skip(reason: SkipReason, name: string, message: string): undefined {
    const where = `${KIND} ${name}`;
    this.#observer.skipped({ reason, where, message });
  }
}
