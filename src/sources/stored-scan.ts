import type { Container } from '../model/container.ts';
import type { Finding } from '../model/finding.ts';
import type { ImageScan, ScanTarget, SharedFindings } from '../model/image-scan.ts';
import type { FindingStore, StoredFindings } from './finding-store.ts';

export interface StoredFacts {
  readonly findings: StoredFindings;
  /** Seconds since the Unix epoch. */
  readonly databaseBuiltAtSeconds: number | undefined;
  readonly hasOnlyCounts?: boolean;
}

/** For each container, the findings in packages that it loaded at run time. */
export type StoredRelevance = ReadonlyMap<Container, StoredFindings>;

interface StoredParts extends StoredFacts {
  readonly relevance?: StoredRelevance | undefined;
}

/** A scan in a `FindingStore`. Builds the list of findings on demand. */
export class StoredScan implements ImageScan {
  readonly #store: FindingStore;
  readonly target: ScanTarget;
  readonly shared: SharedFindings;
  // `declare` keeps the property absent if the time is unknown.
  declare readonly databaseBuiltAtSeconds?: number;

  declare readonly hasOnlyCounts?: boolean;

  readonly #relevance: StoredRelevance | undefined;

  constructor(target: ScanTarget, store: FindingStore, facts: StoredParts) {
    this.target = target;
    this.#store = store;
    this.#relevance = facts.relevance;
    this.shared = { all: store.all, indexes: facts.findings };
    if (facts.hasOnlyCounts === true) this.hasOnlyCounts = true;
    if (facts.databaseBuiltAtSeconds !== undefined) {
      this.databaseBuiltAtSeconds = facts.databaseBuiltAtSeconds;
    }
  }

  get findings(): Finding[] {
    return this.#store.get(this.shared.indexes);
  }

  relevantFindings(container: Container): Finding[] | undefined {
    const stored = this.#relevance?.get(container);
    return stored && this.#store.get(stored);
  }
}
