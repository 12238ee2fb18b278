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

/** An image of CLI documents. */
export interface CliImage<Ref> extends NamedImage<Ref> {
  readonly results: readonly ImageResult<Ref>[];
}

export interface CliImageOptions<Ref> {
  readonly choice: NewestResult<Ref>;
  readonly contentOf: ContentOf<Ref>;
}

/**
 * Finds the images of CLI documents. A reference stands for the image of its newest result, once per platform.
 * An image whose references all stand for others was rebuilt, and is left out.
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

/** Adds summaries whose manifest is missing to images with their image ID. Returns those without such an image. */
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

/** Only the findings identify a result that states nothing about its image. */
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
    // The later of two results without a time comes first.
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

/** The newest result of each image, by reference, and in the order of reading. */
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

/** The newest of the results with the same reference. */
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
