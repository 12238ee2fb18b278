import type { RetryClock } from '../../http/retry-clock.ts';
import type { ImageScan } from '../../model/image-scan.ts';
import type { Join } from '../join.ts';
import type { ReadObserver } from '../scan-source.ts';
import type { FindingsCache } from './findings-cache.ts';
import type { ManifestReader } from './manifest-reader.ts';
import { mapConcurrently } from './map-concurrently.ts';
import type { ManifestRef } from './select-targets.ts';

export interface ReadScansOptions {
  readonly reader: ManifestReader;
  /** Cache of the reader. */
  readonly cache: FindingsCache;
  readonly concurrency: number;
  readonly clock: RetryClock;
  readonly observer: ReadObserver;
  /** False if a list could not be read. Manifests missing from the join may then still exist. */
  readonly isComplete: boolean;
  /** Whether the state must be saved even if no manifest is read. */
  readonly isChanged: boolean;
  /** Saves the cache. */
  readonly save: () => Promise<void>;
}

/** A killed run loses at most this many milliseconds of reading. */
const SAVE_EVERY_MS = 30_000;

/** Reads the findings of all targets. Saves the cache at intervals, at the end, and after an error. */
export async function* readScans(
  join: Join<ManifestRef>,
  options: ReadScansOptions,
): AsyncGenerator<ImageScan> {
  const { reader, cache, clock, isComplete, save } = options;
  let saved = 0;
  let savedMs = clock.now();
  let { isChanged } = options;
  try {
    for await (const scan of readAll(join, options)) {
      if (scan !== undefined) yield scan;
      // A first read may exceed its deadline. The next run continues from here.
      if (reader.fetched === saved || clock.now() - savedMs < SAVE_EVERY_MS) continue;
      saved = reader.fetched;
      await save();
      savedMs = clock.now();
    }
    if (isComplete && cache.keepOnly(namesIn(join))) isChanged = true;
  } finally {
    if (reader.fetched > saved || isChanged) await save();
  }
}

async function* readAll(
  { targets }: Join<ManifestRef>,
  { reader, concurrency, observer }: ReadScansOptions,
): AsyncGenerator<ImageScan | undefined> {
  const total = targets.length;
  let done = 0;
  const scans = mapConcurrently(targets, concurrency, async (target) => reader.read(target));
  for await (const scan of scans) {
    const { bytes, fetched: changed } = reader;
    observer.progress({ unit: 'images', done: ++done, total, bytes, changed });
    yield scan;
  }
}

/** Names of all manifests that a join refers to. */
export function namesIn({ targets }: Join<ManifestRef>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { target, ref, relevant } of targets) {
    names.add(ref.name);
    for (const container of target.containers) {
      const filtered = relevant.get(container);
      if (filtered !== undefined) names.add(filtered.name);
    }
  }
  return names;
}
