import type { Finding } from '../model/finding.ts';
import type { ImageScan, ScanTarget, SharedFindings } from '../model/image-scan.ts';
import type { FindingStore, StoredFindings } from './finding-store.ts';

/** What is kept of a scan. */
export interface StoredFacts {
  readonly findings: StoredFindings;
  /** Seconds since the Unix epoch. */
  readonly databaseBuiltAtSeconds: number | undefined;
}

/** A scan out of a store, whose list of findings is put together only for who asks for it. */
export class StoredScan implements ImageScan {
  readonly #store: FindingStore;
  readonly target: ScanTarget;
  readonly shared: SharedFindings;
  // Only declared: a field would be there, as undefined, where nothing is told.
  declare readonly databaseBuiltAtSeconds?: number;

  constructor(target: ScanTarget, store: FindingStore, facts: StoredFacts) {
    this.target = target;
    this.#store = store;
    this.shared = { all: store.all, indexes: facts.findings };
    if (facts.databaseBuiltAtSeconds !== undefined) {
      this.databaseBuiltAtSeconds = facts.databaseBuiltAtSeconds;
    }
  }

  get findings(): Finding[] {
    return this.#store.get(this.shared.indexes);
  }
}
