import * as z from 'zod';

import { FormatError } from '../../formats/format-error.ts';
import { ObjectMetadata } from '../../formats/object-metadata.ts';
import { readScanResult, type ScanResult } from '../../formats/scan-result.ts';
import {
  type ContainerSummary,
  readSummary,
  stateOfSummary,
} from '../../formats/vulnerability-manifest-summary.ts';
import type { ReadObserver } from '../scan-source.ts';
import type { SkipReason } from '../skipped-report.ts';
import type { UnreadableObject } from './find-unreadable.ts';
import { type KindState, kindWithoutSpecs } from './kind-state.ts';
import { LISTED_TWICE, objectName } from './list-item.ts';
import { UNREADABLE, UnreadableObjects } from './unreadable-objects.ts';

const KIND = 'vulnerabilitymanifestsummaries';

export interface SummaryList {
  readonly summaries: readonly ContainerSummary[];
  /** Containers that Kubescape could not scan. */
  readonly unscanned: readonly ContainerSummary[];
  /** Number of objects, including skipped ones but not those that the server could not read. */
  readonly listed: number;
}

type UsableSummary = Extract<ScanResult, { type: 'container' | 'unscanned' }>;

/** Collects summaries page by page. If an object occurs twice, the later version counts. */
export class SummaryCollector {
  readonly #observer: ReadObserver;
  readonly #summaries = new Map<string, ContainerSummary>();
  readonly #unscanned = new Map<string, ContainerSummary>();
  readonly #unreadable: UnreadableObjects;
  #listed = 0;
  #withoutSpec = 0;

  constructor(observer: ReadObserver) {
    this.#observer = observer;
    this.#unreadable = new UnreadableObjects(KIND, observer);
  }

  addPage(items: readonly unknown[]): void {
    for (const item of items) this.#add(item);
  }

  /** Returns the kind as down if the list is certainly wrong. */
  downIfUnusable(): KindState | undefined {
    const isWithoutSpecs = this.#withoutSpec > 0 && this.#summaries.size === 0;
    return isWithoutSpecs
      ? kindWithoutSpecs(KIND)
      : this.#unreadable.downIfNoneReadable(this.#listed);
  }

  get unreadable(): UnreadableObjects {
    return this.#unreadable;
  }

  /**
   * Adds the container of an unreadable object as it was in the last list. If the last list lacks it,
   * adds what the metadata states, which includes the image.
   *
   * @param isFirst Whether an earlier process may have sent series that need more than the metadata.
   */
  addUnreadable(
    { name, item }: UnreadableObject,
    { last, isFirst }: { readonly last: SummaryList | undefined; readonly isFirst: boolean },
  ): void {
    this.#listed++;
    const known = findUsable(last, name);
    const { type, summary } = known ?? readMetadata(item);
    (type === 'container' ? this.#summaries : this.#unscanned).set(name, summary);
    const isCovered = known !== undefined || !isFirst;
    const where = `${KIND} ${name}`;
    this.#observer.skipped({ reason: 'unreadable', where, message: UNREADABLE, isCovered });
  }

  result(): SummaryList {
    return {
      summaries: [...this.#summaries.values()],
      unscanned: [...this.#unscanned.values()],
      listed: this.#listed,
    };
  }

  #add(item: unknown): void {
    const name = objectName(item);
    if (name === undefined) {
      this.#unreadable.add();
      return;
    }
    this.#listed++;
    const usable = this.#parse(item, name);
    if (usable !== undefined) this.#store(usable);
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
    // A stub on a later page replaces the findings on an earlier one.
    this.#remove(name);
    return this.#skip('stub', name, 'the summary references no findings and gives no reason');
  }

  #store({ type, summary }: UsableSummary): void {
    const { key, container } = summary;
    this.#remove(key);
    if (type === 'container') {
      this.#summaries.set(key, summary);
      this.#observer.read();
      return;
    }
    this.#unscanned.set(key, summary);
    const message = `Kubescape could not scan the container: its status is ${container.scanStatus}`;
    this.#skip('unscanned', key, message);
  }

  #remove(key: string): void {
    const isDuplicate = this.#summaries.delete(key) || this.#unscanned.delete(key);
    if (isDuplicate) this.#skip('duplicate', key, LISTED_TWICE);
  }

  #skip(reason: SkipReason, name: string, message: string): undefined {
    const where = `${KIND} ${name}`;
    this.#observer.skipped({ reason, where, message });
  }
}

function findUsable(list: SummaryList | undefined, name: string): UsableSummary | undefined {
  const summary = list?.summaries.find(({ key }) => key === name);
  if (summary !== undefined) return { type: 'container', summary };
  const unscanned = list?.unscanned.find(({ key }) => key === name);
  return unscanned && { type: 'unscanned', summary: unscanned };
}

/** Describes the container and its image. The image's ID leads to the manifest. */
function readMetadata(item: unknown): UsableSummary {
  const { metadata } = z.object({ metadata: ObjectMetadata }).parse(item);
  const known = { metadata, spec: {} };
  const type = stateOfSummary(known) === 'unscanned' ? 'unscanned' : 'container';
  return { type, summary: readSummary(known) };
}
