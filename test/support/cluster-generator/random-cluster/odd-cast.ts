import type { ClusterPlan, ContainerPlan, ImagePlan } from '../cluster-plan.ts';
import { changeFirst, withNullLists, withUnknownSeverity } from '../odd-objects.ts';
import type { ContainerSource } from './random-containers.ts';
import { randomContainer } from './random-containers.ts';
import type { ImageSource } from './random-images.ts';
import { randomImage } from './random-images.ts';

/** Numbers of odd objects. All of them occur in real clusters. */
export interface OddObjects {
  /** Containers whose image could not be scanned: status `unsupported-schema`, empty spec. */
  readonly stubs?: number;
  /** Summaries that name a manifest which does not exist. */
  readonly danglingReferences?: number;
  /** Manifests of images that no container runs. */
  readonly orphanManifests?: number;
  /** Images whose manifest and summary are served with zeroed specs. */
  readonly metadataOnly?: number;
  /** Duplicates of each kind, with a higher resourceVersion. */
  readonly duplicates?: number;
  /** Images in whose matches every list that may be null is null. */
  readonly nullLists?: number;
  /** Images without any finding, whose matches are null. */
  readonly clean?: number;
  /** Images whose first match has a severity that kubevuln does not know. */
  readonly unknownSeverities?: number;
}

/** Odd images have the next free numbers, so that the healthy part of the cluster does not change. */
export function addOddObjects(
  plan: ClusterPlan,
  source: ImageSource & ContainerSource,
  odd: OddObjects,
): ClusterPlan {
  const images = [...plan.images];
  const containers = [...plan.containers];

  function add(count: number | undefined, change: ChangeImage): void {
    for (let turn = 0; turn < (count ?? 0); turn++) {
      const cast = change(randomImage(source, images.length), turn);
      images.push(cast.image);
      if (cast.summary === 'none') continue;
      // Without relevance, so that each image has only one oddity.
      const quiet = { ...source, relevancy: 0 };
      const container = randomContainer(quiet, cast.image, containers.length);
      containers.push({ ...container, summary: cast.summary });
    }
  }

  addUnreadable(add, odd);
  addReadable(add, odd);
  return { ...plan, images, containers };
}

interface Cast {
  readonly image: ImagePlan;
  readonly summary: ContainerPlan['summary'] | 'none';
}

type ChangeImage = (image: ImagePlan, turn: number) => Cast;

type AddImages = (count: number | undefined, change: ChangeImage) => void;

function addUnreadable(add: AddImages, odd: OddObjects): void {
  add(odd.stubs, (image) => ({
    image: { ...image, manifest: 'missing' },
    summary: 'unsupported-schema',
  }));
  add(odd.danglingReferences, (image) => ({
    image: { ...image, manifest: 'missing' },
    summary: 'present',
  }));
  add(odd.metadataOnly, (image) => ({
    image: { ...image, manifest: 'metadata-only' },
    summary: 'metadata-only',
  }));
}

function addReadable(add: AddImages, odd: OddObjects): void {
  add(odd.orphanManifests, (image) => ({ image, summary: 'none' }));
  add(odd.clean, (image) => ({ image: { ...image, findings: () => [] }, summary: 'present' }));
  add(odd.nullLists, (image) => ({
    image: { ...image, findings: () => image.findings().map((finding) => withNullLists(finding)) },
    summary: 'present',
  }));
  add(odd.unknownSeverities, (image, turn) => ({
    image: {
      ...image,
      findings: () => changeFirst(image.findings(), (one) => withUnknownSeverity(one, turn)),
    },
    summary: 'present',
  }));
}
