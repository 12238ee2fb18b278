import type { Container } from '../../model/container.ts';
import type { ImageScan, ScanTarget } from '../../model/image-scan.ts';
import { FindingStore, type StoredFindings, type StoreImage } from '../finding-store.ts';
import { type StoredFacts, StoredScan } from '../stored-scan.ts';

/** What was read of a manifest, in a form that can be kept. */
export interface CachedScan extends StoredFacts {
  /** The manifest's `changeKey` when it was read. */
  readonly changeKey: string;
  /** Findings whose severity is none that Kubescape knows. */
  readonly oddSeverities: number;
}

/** A cache as it is written down. */
export interface CacheEntries {
  readonly store: StoreImage;
  readonly scans: ReadonlyMap<string, CachedScan>;
}

/** The same with its findings unpacked. */
export interface ScanFindings extends Pick<ImageScan, 'findings' | 'databaseBuiltAtSeconds'> {
  /** None if absent. */
  readonly oddSeverities?: number;
}

/** Findings by the name of their manifest, so that what did not change is not read again. */
export class FindingsCache {
  #store = new FindingStore();
  #scans = new Map<string, CachedScan>();

  get size(): number {
    return this.#scans.size;
  }

  has(name: string): boolean {
    return this.#scans.has(name);
  }

  /** Whether the manifest is known as it is now. Without a change key nothing is ever known. */
  isFresh(name: string, changeKey: string): boolean {
    return changeKey !== '' && this.#scans.get(name)?.changeKey === changeKey;
  }

  /** Findings of the manifest whose severity is none that Kubescape knows. */
  oddSeverities(name: string): number {
    return this.#scans.get(name)?.oddSeverities ?? 0;
  }

  /**
   * The findings that were read last, whether or not they changed since.
   *
   * @param relevant Manifest of the relevant findings of each container of which that is known.
   */
  get(
    name: string,
    target: ScanTarget,
    relevant: ReadonlyMap<Container, string> = new Map(),
  ): ImageScan | undefined {
    const scan = this.#scans.get(name);
    if (scan === undefined) return undefined;
    const relevance = new Map<Container, StoredFindings>();
    for (const [container, filtered] of relevant) {
      const stored = this.#scans.get(filtered);
      if (stored !== undefined) relevance.set(container, stored.findings);
    }
    return new StoredScan(target, this.#store, { ...scan, relevance });
  }

  set(name: string, changeKey: string, scan: ScanFindings): void {
    this.#scans.set(name, {
      changeKey,
      findings: this.#store.add(scan.findings),
      databaseBuiltAtSeconds: scan.databaseBuiltAtSeconds,
      oddSeverities: scan.oddSeverities ?? 0,
    });
  }

  /** Forgets all others, and the findings that only they had. Whether there were any. */
  keepOnly(names: ReadonlySet<string>): boolean {
    const kept = [...this.#scans].filter(([name]) => names.has(name));
    if (kept.length === this.#scans.size) return false;
    const before = this.#store;
    this.#store = new FindingStore();
    this.#scans = new Map(
      kept.map(([name, scan]) => [
        name,
        { ...scan, findings: this.#store.add(before.get(scan.findings)) },
      ]),
    );
    return true;
  }

  /** Everything, for being written down. */
  entries(): CacheEntries {
    return { store: this.#store.toImage(), scans: this.#scans };
  }

  /** Takes what `entries` gave. */
  static of({ store, scans }: CacheEntries): FindingsCache {
    const cache = new FindingsCache();
    cache.#store = FindingStore.of(store);
    cache.#scans = new Map(scans);
    return cache;
  }
}
