import type { ContainerSummary } from '../../formats/vulnerability-manifest-summary.ts';
import { compareAges } from '../../model/result-age.ts';

interface StoredSummary {
  readonly summary: ContainerSummary;
  readonly isScanned: boolean;
  readonly where: string;
}

/** The newest summary of each container, whether it could be scanned or not. */
export class ContainerSummaries {
  readonly #byKey = new Map<string, StoredSummary>();
  readonly #undated = new Set<string>();

  get size(): number {
    return this.#byKey.size;
  }

  get scanned(): readonly ContainerSummary[] {
    return this.#select(true);
  }

  get unscanned(): readonly ContainerSummary[] {
    return this.#select(false);
  }

  /**
   * Places of summaries that count only because they were read last: no time says which one is newer.
   */
  get undated(): ReadonlySet<string> {
    return this.#undated;
  }

  /**
   * Returns whether this is the first summary of its container, or newer or older than the one that
   * counted so far.
   */
  add(stored: StoredSummary): 'first' | 'newer' | 'older' {
    const { key, age } = stored.summary;
    const known = this.#byKey.get(key);
    const order = known === undefined ? 1 : compareAges(age, known.summary.age);
    if (order >= 0) this.#byKey.set(key, stored);
    if (known === undefined) return 'first';
    if (order === 0 && !isSame(known, stored)) this.#undated.add(stored.where);
    return order >= 0 ? 'newer' : 'older';
  }

  #select(isScanned: boolean): readonly ContainerSummary[] {
    const selected = [...this.#byKey.values()].filter((stored) => stored.isScanned === isScanned);
    return selected.map(({ summary }) => summary);
  }
}

function isSame(a: StoredSummary, b: StoredSummary): boolean {
  return (
    a.isScanned === b.isScanned &&
    a.summary.manifestName === b.summary.manifestName &&
    a.summary.container.scanStatus === b.summary.container.scanStatus
  );
}
