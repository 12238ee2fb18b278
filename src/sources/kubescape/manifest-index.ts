import * as z from 'zod';

import { kubescapeValue, ObjectMetadata } from '../../formats/object-metadata.ts';
import { describeImage, type Image } from '../../model/image.ts';

/** What a list without specs says of a manifest: enough to join it, and to see whether it changed. */
export interface IndexedManifest {
  readonly name: string;
  readonly image: Image;
  /** Changes whenever the object does; empty where the server tells nothing of the kind. */
  readonly changeKey: string;
  /** Findings that were loaded at run time: a subset of another manifest. */
  readonly isFiltered: boolean;
}

const Item = z.object({
  metadata: ObjectMetadata.extend({
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
  }),
});

/** Reads one item; `undefined` for the zero-valued ones that stand for objects which cannot be read. */
export function readIndexedManifest(item: unknown): IndexedManifest | undefined {
  const { data } = Item.safeParse(item);
  const { name = '', annotations } = data?.metadata ?? {};
  if (data === undefined || name === '') return undefined;
  return {
    name,
    image: describeImage(
      kubescapeValue({ annotations }, 'image-tag'),
      kubescapeValue({ annotations }, 'image-id'),
    ),
    changeKey: changeKeyOf(data.metadata),
    isFiltered: kubescapeValue(data.metadata, 'context') === 'filtered',
  };
}

/**
 * A hash of the object since late 2024. Before it the resource version, a counter of each object
 * that starts at 1 again if the object was deleted and made anew, so the uid goes with it.
 */
export function changeKeyOf(metadata: z.infer<typeof Item>['metadata']): string {
  const checksum = kubescapeValue({ annotations: metadata.annotations }, 'sync-checksum');
  if (checksum !== '') return checksum;
  const { uid = '', resourceVersion = '' } = metadata;
  return resourceVersion === '' ? '' : `${uid}/${resourceVersion}`;
}
