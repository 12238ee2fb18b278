import type { ImageResult } from '../image-result.ts';
import type { JoinInput } from '../join.ts';
import type { IndexedManifest } from './manifest-index.ts';
import type { ManifestRef } from './select-targets.ts';
import type { KubescapeSourceOptions } from './source-options.ts';

/** Separates manifests of images from those of relevant findings. */
export function toManifests(
  index: readonly IndexedManifest[],
  { needsRelevance }: Pick<KubescapeSourceOptions, 'needsRelevance'>,
): Pick<JoinInput<ManifestRef>, 'manifests' | 'relevant'> {
  const manifests: ImageResult<ManifestRef>[] = [];
  const relevant = new Map<string, ManifestRef>();
  for (const { name, scanned, age, changeKey, isFiltered } of index) {
    const ref = { name, changeKey };
    if (isFiltered) relevant.set(name, ref);
    else manifests.push({ name, scanned, reference: '', age, ref, where: name });
  }
  return { manifests, ...(needsRelevance && { relevant }) };
}
