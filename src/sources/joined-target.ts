import type { ContainerSummary } from '../formats/vulnerability-manifest-summary.ts';
import type { Container } from '../model/container.ts';
import type { ScanTarget } from '../model/image-scan.ts';
import type { Image } from '../model/image.ts';
import type { ImageResult } from './image-result.ts';

export interface JoinedTarget<Ref> {
  readonly target: ScanTarget;
  readonly ref: Ref;
  /** Relevant findings, for each container that has them. */
  readonly relevant: ReadonlyMap<Container, Ref>;
}

/** An image with its newest result and its names. */
export interface NamedImage<Ref> {
  readonly newest: ImageResult<Ref>;
  readonly names: ReadonlyMap<string, ImageName>;
}

export interface ImageName {
  readonly image: Image;
  /** Summaries of the containers that run the image under this name. */
  readonly summaries: ContainerSummary[];
}

/** One target for each name of each image. */
export function toTargets<Ref>(
  images: readonly NamedImage<Ref>[],
  relevant: ReadonlyMap<string, Ref> | undefined,
): readonly JoinedTarget<Ref>[] {
  const targets = images.flatMap(({ newest: { ref }, names }) => {
    const all = [...names.values()];
    const isRunning = all.some(({ summaries }) => summaries.length > 0);
    return all
      .filter(({ summaries }) => !isRunning || summaries.length > 0)
      .toSorted((a, b) => compareTexts(nameOf(a.image), nameOf(b.image)))
      .map(({ image, summaries }) => ({
        target: { image, containers: summaries.map(({ container }) => container) },
        ref,
        relevant: relevantRefs(summaries, relevant),
      }));
  });
  return withNames(targets);
}

/** Sets the names of each image in its targets. Must be called again after targets were removed. */
export function withNames<Ref>(
  targets: readonly JoinedTarget<Ref>[],
): readonly JoinedTarget<Ref>[] {
  const namesOf = new Map<Ref, Image[]>();
  for (const { ref, target } of targets) {
    const names = namesOf.get(ref) ?? [];
    namesOf.set(ref, names);
    names.push(target.image);
  }
  return targets.map((joined) => {
    const { image, containers } = joined.target;
    const names = namesOf.get(joined.ref) ?? [];
    const hasOthers = names.length > 1;
    return { ...joined, target: { image, containers, ...(hasOthers && { names }) } };
  });
}

/** Two references are equal if their names are equal. */
export function nameOf({ registry, repository, tag }: Image): string {
  return `${registry}/${repository}:${tag}`;
}

function relevantRefs<Ref>(
  summaries: readonly ContainerSummary[],
  relevant: ReadonlyMap<string, Ref> | undefined,
): ReadonlyMap<Container, Ref> {
  const refs = new Map<Container, Ref>();
  for (const { container, relevantManifestName: name } of summaries) {
    const ref = relevant?.get(name);
    if (ref !== undefined) refs.set(container, ref);
  }
  return refs;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
