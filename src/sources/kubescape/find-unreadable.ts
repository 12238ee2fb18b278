import { collectList } from '../../kubernetes/collect-list.ts';
import type { ListContext } from './list-context.ts';
import { objectName } from './list-item.ts';
import type { ListVersions } from './list-versions.ts';
import { METADATA_ONLY, METADATA_PAGE, type StorageKind, storagePath } from './storage-api.ts';

export interface UnreadableObject {
  /** `namespace/name`. */
  readonly name: string;
  /** The object as the list contains it, with a zero-valued spec. */
  readonly item: unknown;
}

/**
 * Finds the names of objects that the server could not read: they have no name in a full list, but a
 * list of metadata names them. Adds their versions to the versions of the full list. Finds none if the
 * list of metadata fails.
 */
export async function findUnreadable(
  { client, signal }: Pick<ListContext, 'client' | 'signal'>,
  kind: StorageKind,
  readable: ListVersions,
): Promise<readonly UnreadableObject[]> {
  const found = new Map<string, UnreadableObject>();
  const result = await collectList(
    client,
    { path: storagePath(kind), query: METADATA_ONLY, limit: METADATA_PAGE },
    {
      signal,
      onPage(items) {
        for (const item of items) {
          const name = objectName(item);
          if (name !== undefined && !readable.has(name)) found.set(name, { name, item });
        }
      },
    },
  );
  if (result.status !== 'ok') return [];
  readable.add(Array.from(found.values(), ({ item }) => item));
  return [...found.values()];
}
