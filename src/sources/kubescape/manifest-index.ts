import * as z from 'zod';

import { imageOfManifest } from '../../formats/manifest-image.ts';
import { kubescapeValue, ObjectMetadata } from '../../formats/object-metadata.ts';
import { ageOfObject } from '../../formats/result-age.ts';
import type { ScannedImage } from '../../model/image-identity.ts';
import type { ResultAge } from '../../model/result-age.ts';

/** A manifest as a metadata list shows it: enough to join it and to detect changes. */
export interface IndexedManifest {
  readonly name: string;
  readonly scanned: ScannedImage;
  readonly age: ResultAge;
  /** Changes whenever the object does; empty if unknown. */
  readonly changeKey: string;
  /** Whether it holds only the findings that one container loaded at run time. */
  readonly isFiltered: boolean;
}

const Item = z.object({
  metadata: ObjectMetadata.extend({
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
  }),
});

/** Returns `undefined` for an object that the server could not read. */
export function readIndexedManifest(item: unknown): IndexedManifest | undefined {
  const { data } = Item.safeParse(item);
  const { name = '' } = data?.metadata ?? {};
  if (data === undefined || name === '') return undefined;
  return {
    name,
    scanned: imageOfManifest(data.metadata),
    age: ageOfObject(data.metadata),
    changeKey: changeKeyOf(data.metadata),
    isFiltered: kubescapeValue(data.metadata, 'context') === 'filtered',
  };
}

/** `namespace/name` and the change key of any object. The key is `/` without a name. */
export function versionOf(item: unknown): { readonly key: string; readonly changeKey: string } {
  const { data } = Item.safeParse(item);
  const { namespace = '', name = '' } = data?.metadata ?? {};
  const changeKey = data === undefined ? '' : changeKeyOf(data.metadata);
  return { key: `${namespace}/${name}`, changeKey };
}

/**
 * Changes whenever the object does; empty if the server returns nothing suitable. A hash of the
 * object since late 2024. Older servers have only the resource version, a counter that restarts
 * at 1 when an object is deleted and created again, so the uid is part of the key.
 */
function changeKeyOf(metadata: z.infer<typeof Item>['metadata']): string {
  const checksum = kubescapeValue({ annotations: metadata.annotations }, 'sync-checksum');
  if (checksum !== '') return checksum;
  const { uid = '', resourceVersion = '' } = metadata;
  return resourceVersion === '' ? '' : `${uid}/${resourceVersion}`;
}
