import * as z from 'zod';

import { imageOfManifest } from '../../formats/manifest-image.ts';
import { kubescapeValue, ObjectMetadata } from '../../formats/object-metadata.ts';
import { ageOfObject } from '../../formats/result-age.ts';
import type { ScannedImage } from '../../model/image-identity.ts';
import type { ResultAge } from '../../model/result-age.ts';

/** Metadata of a manifest: enough to join it and to detect changes. */
export interface IndexedManifest {
  readonly name: string;
  readonly scanned: ScannedImage;
  readonly age: ResultAge;
  /** Changes whenever the object does; empty if unknown. */
  readonly changeKey: string;
  /** Whether the manifest contains only findings in packages that one container loaded at run time. */
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

/** `namespace/name` and the change key of any object. The key is `/` if the object has no name. */
export function versionOf(item: unknown): { readonly key: string; readonly changeKey: string } {
  const { data } = Item.safeParse(item);
  const { namespace = '', name = '' } = data?.metadata ?? {};
  const changeKey = data === undefined ? '' : changeKeyOf(data.metadata);
  return { key: `${namespace}/${name}`, changeKey };
}

/**
 * Returns a key that changes whenever the object does, or an empty string if the server provides
 * nothing suitable. Servers since late 2024 provide a hash of the object. Older ones have only the
 * resource version, a counter that restarts at 1 when an object is recreated, so the UID is added.
 */
function changeKeyOf(metadata: z.infer<typeof Item>['metadata']): string {
  const checksum = kubescapeValue({ annotations: metadata.annotations }, 'sync-checksum');
  if (checksum !== '') return checksum;
  const { uid = '', resourceVersion = '' } = metadata;
  return resourceVersion === '' ? '' : `${uid}/${resourceVersion}`;
}
