import type { ApiClient } from '../../kubernetes/api-client.ts';
import type { ReadObserver } from '../scan-source.ts';
import { collectList } from './collect-list.ts';
import { type KindState, kindDown, kindUp } from './kind-state.ts';
import type { KnownItems, ListItem } from './known-items.ts';
import type { ListSize } from './list-plausibility.ts';
import { type IndexedManifest, readIndexedManifest } from './manifest-index.ts';
import { NamelessItems } from './nameless-items.ts';
import { type SummaryList, SummaryCollector, type UsableSummary } from './read-summaries.ts';
import { FULL_SPEC, METADATA_ONLY, storagePath } from './storage-api.ts';

export interface ListContext {
  readonly client: ApiClient;
  readonly observer: ReadObserver;
  /** Kubescape's own namespace, where all manifests lie. */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** A list that was read whole, or the kind that is down and has no value then. */
export interface ListResult<Value> {
  readonly state: KindState;
  readonly value?: Value;
}

/** Objects a page: small enough to be parsed at once beside everything else. */
const FULL_PAGE = 200;
const METADATA_PAGE = 500;

/** Which container runs which image: all summaries, of all namespaces. */
export async function readSummaryList(
  context: ListContext,
  known: KnownItems<UsableSummary>,
): Promise<ListResult<SummaryList & ListSize>> {
  const kind = 'vulnerabilitymanifestsummaries';
  const collector = new SummaryCollector(context.observer, known);
  const result = await collectList(
    context.client,
    {
      path: storagePath(kind),
      query: FULL_SPEC,
      limit: FULL_PAGE,
      known,
    },
    { signal: context.signal, onPage: (items) => collector.addPage(items) },
  );
  if (result.status !== 'ok') return { state: kindDown(kind, result) };
  const down = collector.judge();
  if (down !== undefined) return { state: down };
  return { state: kindUp(kind), value: { ...collector.result(), ...result.value } };
}

/** All manifests that there are. */
export interface ManifestIndex extends ListSize {
  readonly manifests: readonly IndexedManifest[];
}

/** What manifests there are, without their findings. Last one wins, as everywhere. */
export async function readManifestIndex(
  context: ListContext,
  known: KnownItems<IndexedManifest>,
): Promise<ListResult<ManifestIndex>> {
  const kind = 'vulnerabilitymanifests';
  const { observer } = context;
  const manifests = new Map<string, IndexedManifest>();
  const nameless = new NamelessItems(kind, observer);
  function addPage(items: readonly ListItem<IndexedManifest>[]): void {
    for (const item of items) {
      const manifest = known.take(item, readIndexedManifest);
      if (manifest === undefined) {
        nameless.add();
        continue;
      }
      const where = `${kind} ${context.namespace}/${manifest.name}`;
      const isDuplicate = manifests.has(manifest.name);
      if (isDuplicate) observer.skipped({ reason: 'duplicate', where, message: LISTED_TWICE });
      manifests.set(manifest.name, manifest);
    }
  }
  const result = await collectList(
    context.client,
    {
      path: storagePath(kind, context.namespace),
      query: METADATA_ONLY,
      limit: METADATA_PAGE,
      known,
    },
    { signal: context.signal, onPage: addPage },
  );
  if (result.status !== 'ok') return { state: kindDown(kind, result) };
  const down = nameless.judge(manifests.size);
  if (down !== undefined) return { state: down };
  const value = { manifests: [...manifests.values()], listed: manifests.size, ...result.value };
  return { state: kindUp(kind), value };
}

const LISTED_TWICE = 'listed twice, because it was written meanwhile; the later one counts';
