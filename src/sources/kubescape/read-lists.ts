import { collectList } from '../../kubernetes/collect-list.ts';
import { kindUp } from './kind-state.ts';
import { failedList, type ListContext, type ListResult } from './list-context.ts';
import { LISTED_TWICE } from './list-item.ts';
import type { ListSize } from './list-plausibility.ts';
import { ListVersions } from './list-versions.ts';
import { type IndexedManifest, readIndexedManifest } from './manifest-index.ts';
import { type SummaryList, SummaryCollector } from './read-summaries.ts';
import { FULL_PAGE, FULL_SPEC, METADATA_ONLY, METADATA_PAGE, storagePath } from './storage-api.ts';
import { UnreadableObjects } from './unreadable-objects.ts';

/**
 * Reads the summaries of all namespaces, which map containers to images.
 *
 * @param last The list of the last run, for objects that are unreadable now.
 */
export async function readSummaryList(
  context: ListContext,
  last: SummaryList | undefined,
): Promise<ListResult<SummaryList & ListSize>> {
  const { client, observer, signal, isFirst, needsRelevance } = context;
  const kind = 'vulnerabilitymanifestsummaries';
  const collector = new SummaryCollector(observer);
  const versions = new ListVersions();
  const result = await collectList(
    client,
    { path: storagePath(kind), query: FULL_SPEC, limit: FULL_PAGE },
    {
      signal,
      onPage(items) {
        versions.add(items);
        collector.addPage(items);
      },
    },
  );
  if (result.status !== 'ok') return failedList(kind, result);
  const down = collector.downIfUnusable();
  if (down !== undefined) return { state: down, fingerprint: versions.fingerprint() };
  for (const object of await collector.unreadable.find(context, versions)) {
    collector.addUnreadable(object, { last, isFirst: isFirst || needsRelevance });
  }
  const value = { ...collector.result(), ...result.value };
  return { state: kindUp(kind), value, fingerprint: versions.fingerprint() };
}

export interface ManifestIndex extends ListSize {
  readonly manifests: readonly IndexedManifest[];
}

/** Lists all manifests without their findings. */
export async function readManifestIndex({
  client,
  observer,
  namespace,
  signal,
}: ListContext): Promise<ListResult<ManifestIndex>> {
  const kind = 'vulnerabilitymanifests';
  const manifests = new Map<string, IndexedManifest>();
  const versions = new ListVersions();
  const unreadable = new UnreadableObjects(kind, observer);
  function add(item: unknown): void {
    const manifest = readIndexedManifest(item);
    if (manifest === undefined) {
      unreadable.add();
      return;
    }
    const where = `${kind} ${namespace}/${manifest.name}`;
    const isDuplicate = manifests.has(manifest.name);
    if (isDuplicate) observer.skipped({ reason: 'duplicate', where, message: LISTED_TWICE });
    manifests.set(manifest.name, manifest);
  }
  const result = await collectList(
    client,
    { path: storagePath(kind, namespace), query: METADATA_ONLY, limit: METADATA_PAGE },
    {
      signal,
      onPage(items) {
        versions.add(items);
        items.forEach(add);
      },
    },
  );
  if (result.status !== 'ok') return failedList(kind, result);
  const fingerprint = versions.fingerprint();
  unreadable.reportUnnamed();
  const down = unreadable.downIfNoneReadable(manifests.size);
  if (down !== undefined) return { state: down, fingerprint };
  const value = { manifests: [...manifests.values()], listed: manifests.size, ...result.value };
  return { state: kindUp(kind), value, fingerprint };
}
