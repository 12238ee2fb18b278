import type { ContainerSummary } from '../formats/vulnerability-manifest-summary.ts';
import {
  arePlatforms,
  identifyImage,
  ImageGroups,
  isIdentified,
  MAX_PLATFORMS,
} from '../model/image-identity.ts';
import { compareAges } from '../model/result-age.ts';
import type { ContentOf, ImageResult, NewestResult } from './image-result.ts';
import { type ImageName, nameOf, type NamedImage } from './joined-target.ts';

/** An image that CLI documents describe. */
export interface CliImage<Ref> extends NamedImage<Ref> {
  readonly results: readonly ImageResult<Ref>[];
}

export interface CliImageOptions<Ref> {
  readonly choice: NewestResult<Ref>;
  readonly contentOf: ContentOf<Ref>;
}

/**
 * Finds the images in CLI documents. For each platform, a reference stands for the image of its newest
 * result. An image is left out if all its references stand for other images now, because it was rebuilt.
 */
export function findCliImages<Ref>(
  documents: readonly ImageResult<Ref>[],
  { choice, contentOf }: CliImageOptions<Ref>,
): readonly CliImage<Ref>[] {
  const distinct = withoutCopies(documents, { choice, contentOf });
  const groups = new ImageGroups(distinct).all;
  const current = currentResults(newestByReference(distinct, groups), choice);
  return groups.flatMap((group) => {
    const newest = choice.of(group);
    const named = group.filter((result) => result.reference === '' || current.has(result));
    if (newest === undefined || named.length === 0) return [];
    return [{ newest, names: namesOf(named), results: group }];
  });
}

/**
 * Adds summaries whose manifest is missing to images with the same image ID. Returns the summaries
 * without such an image.
 */
export function placeOnCliImages<Ref>(
  summaries: readonly ContainerSummary[],
  images: readonly CliImage<Ref>[],
): readonly ContainerSummary[] {
  const imageOf = new Map(
    images.flatMap((image) => image.results.map((result) => [result, image] as const)),
  );
  const groups = new ImageGroups([...imageOf.keys()]);
  return summaries.filter((summary) => {
    const [found] = groups.find(identifyImage(summary.image));
    const image = found && imageOf.get(found);
    const name = image && chooseName(image, summary);
    name?.summaries.push(summary);
    return name === undefined;
  });
}

function chooseName<Ref>(
  { names, newest }: CliImage<Ref>,
  { image }: ContainerSummary,
): ImageName | undefined {
  const [first] = names.values();
  return names.get(nameOf(image)) ?? names.get(nameOf(newest.scanned.image)) ?? first;
}

/** A result that states nothing about its image can be recognized only by its findings. */
function withoutCopies<Ref>(
  documents: readonly ImageResult<Ref>[],
  { choice, contentOf }: CliImageOptions<Ref>,
): readonly ImageResult<Ref>[] {
  const copies = new Map<string, ImageResult<Ref>[]>();
  for (const document of documents) {
    if (document.reference !== '' || isIdentified(document.scanned)) continue;
    const content = contentOf(document.ref);
    const known = copies.get(content) ?? [];
    copies.set(content, known);
    known.push(document);
  }
  for (const results of copies.values()) choice.of(results);
  return documents.filter((document) => !choice.replaced.has(document));
}

/** For each reference, the newest result of each image that it stands for. */
function currentResults<Ref>(
  byReference: ReadonlyMap<string, readonly ImageResult<Ref>[]>,
  choice: NewestResult<Ref>,
): ReadonlySet<ImageResult<Ref>> {
  const current = new Set<ImageResult<Ref>>();
  for (const results of byReference.values()) {
    // Of two results without a time, the one that was read later comes first.
    const newestFirst = results.toReversed().toSorted((a, b) => compareAges(b.age, a.age));
    const kept: ImageResult<Ref>[] = [];
    for (const result of newestFirst) {
      const newer = kept
        .slice(0, MAX_PLATFORMS)
        .find((other) => !arePlatforms(other.scanned, result.scanned));
      if (newer === undefined) kept.push(result);
      else choice.replace(result, newer);
    }
    for (const result of kept) current.add(result);
  }
  return current;
}

/** For each reference, the newest result of each image, in the order of reading. */
function newestByReference<Ref>(
  documents: readonly ImageResult<Ref>[],
  groups: readonly (readonly ImageResult<Ref>[])[],
): ReadonlyMap<string, readonly ImageResult<Ref>[]> {
  const newest = new Set(groups.flatMap(newestOfEach));
  const byReference = new Map<string, ImageResult<Ref>[]>();
  for (const result of documents) {
    const { reference } = result;
    if (!newest.has(result) || reference === '') continue;
    const results = byReference.get(reference) ?? [];
    byReference.set(reference, results);
    results.push(result);
  }
  return byReference;
}

function newestOfEach<Ref>(group: readonly ImageResult<Ref>[]): readonly ImageResult<Ref>[] {
  const byReference = new Map<string, ImageResult<Ref>>();
  for (const result of group) {
    const known = byReference.get(result.reference);
    if (known === undefined || compareAges(result.age, known.age) >= 0) {
      byReference.set(result.reference, result);
    }
  }
  return [...byReference.values()];
}

function namesOf<Ref>(results: readonly ImageResult<Ref>[]): ReadonlyMap<string, ImageName> {
  const oldestFirst = results.toSorted((a, b) => compareAges(a.age, b.age));
  return new Map(
    oldestFirst.map(({ scanned: { image } }) => [nameOf(image), { image, summaries: [] }]),
  );
}
