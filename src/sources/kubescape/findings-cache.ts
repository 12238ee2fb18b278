import type { Container } from '../../model/container.ts';
import type { ImageScan, ScanTarget } from '../../model/image-scan.ts';
import { FindingStore, type SerializedStore, type StoredFindings } from '../finding-store.ts';
import { type StoredFacts, StoredScan } from '../stored-scan.ts';

export interface CachedScan extends StoredFacts {
  /** The manifest's `changeKey` when it was read. */
  readonly changeKey: string;
  /** Number of findings with a severity that Kubescape does not define. */
  readonly unknownSeverities: number;
}

export interface CacheEntries {
  readonly store: SerializedStore;
  /** Keyed by the name of the manifest. */
  readonly scans: ReadonlyMap<string, CachedScan>;
}

export interface ScanFindings extends Pick<ImageScan, 'findings' | 'databaseBuiltAtSeconds'> {
  readonly unknownSeverities?: number;
}

/** Caches findings by manifest name, so that unchanged manifests are not read again. */
export class FindingsCache {
  #store = new FindingStore();
  #scans = new Map<string, CachedScan>();

  static from({ store, scans }: CacheEntries): FindingsCache {
    const cache = new FindingsCache();
    cache.#store = FindingStore.from(store);
    cache.#scans = new Map(scans);
    return cache;
  }

  get size(): number {
    return this.#scans.size;
  }

  has(name: string): boolean {
    return this.#scans.has(name);
  }

  /** Whether the cached findings are current. Never true for an empty change key. */
  isFresh(name: string, changeKey: string): boolean {
    return changeKey !== '' && this.#scans.get(name)?.changeKey === changeKey;
  }

  unknownSeverities(name: string): number {
    return this.#scans.get(name)?.unknownSeverities ?? 0;
  }

  /**
   * The last findings read from the manifest, even if it has changed since.
   *
   * @param relevant Name of the manifest with the relevant findings, for each container that has one.
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
      unknownSeverities: scan.unknownSeverities ?? 0,
    });
  }

  /** Removes all other manifests and their findings. Returns whether it removed any. */
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

  entries(): CacheEntries {
    return { store: this.#store.serialize(), scans: this.#scans };
  }
}
