import { ImageGroups } from '../model/image-identity.ts';
import type { Image } from '../model/image.ts';
import { compareAges } from '../model/result-age.ts';
import type { ImageResult, NewestResult } from './image-result.ts';
import { type ImageName, nameOf, type NamedImage } from './joined-target.ts';
import type { ReferencedManifest } from './named-manifests.ts';

/**
 * Finds the images that manifests describe. If manifests describe one image under several names, all
 * names get the newest result.
 */
export function findClusterImages<Ref>(
  manifests: readonly ReferencedManifest<Ref>[],
  choice: NewestResult<Ref>,
): readonly NamedImage<Ref>[] {
  const dated = manifests.map(withScanTime);
  const summariesOf = new Map(dated.map(({ manifest, summaries }) => [manifest, summaries]));
  return new ImageGroups([...summariesOf.keys()]).all.flatMap((group) => {
    const oldestFirst = group.toSorted((a, b) => compareAges(a.age, b.age));
    const newest = oldestFirst.at(-1);
    if (newest === undefined) return [];
    for (const older of group) if (older !== newest) choice.noteUndated(older, newest);
    const names = new Map<string, ImageName>();
    for (const manifest of oldestFirst) {
      const summaries = summariesOf.get(manifest) ?? [];
      const image = imageOf(manifest, summaries);
      const all = names.get(nameOf(image))?.summaries ?? [];
      for (const summary of summaries) all.push(summary);
      names.set(nameOf(image), { image, summaries: all });
    }
    return [{ newest, names }];
  });
}

/** Uses the times in summaries, because manifests do not contain the time of the scan. */
function withScanTime<Ref>({
  manifest,
  summaries,
}: ReferencedManifest<Ref>): ReferencedManifest<Ref> {
  const { age } = manifest;
  if (age.scannedAtMs !== undefined) return { manifest, summaries };
  const times = summaries.flatMap((summary) => summary.age.scannedAtMs ?? []);
  const scannedAtMs = times.toSorted((a, b) => a - b).at(-1);
  return { manifest: { ...manifest, age: { ...age, scannedAtMs } }, summaries };
}

/** Manifests of 2023 lack the tag annotation, so a tag in a summary wins. */
function imageOf<Ref>(
  { scanned: { image } }: ImageResult<Ref>,
  summaries: ImageName['summaries'],
): Image {
  const tagged = summaries.find((summary) => summary.image.tag !== '')?.image;
  return image.tag === '' && tagged !== undefined ? { ...tagged, id: image.id } : image;
}
