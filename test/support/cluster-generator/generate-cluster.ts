import type { ClusterPlan, ImagePlan } from './cluster-plan.ts';
import type { GeneratedCluster } from './cluster.ts';
import { clusterOf } from './cluster.ts';
import { openCatalogue } from './random-cluster/advisory-catalogue.ts';
import { openLayers } from './random-cluster/layers.ts';
import type { OddObjects } from './random-cluster/odd-cast.ts';
import { addOddObjects } from './random-cluster/odd-cast.ts';
import { randomContainer } from './random-cluster/random-containers.ts';
import { largestImage, randomImage } from './random-cluster/random-images.ts';
import { elementAt, randomFor } from './random.ts';

export interface ClusterOptions {
  /** Equal options with an equal seed give equal bytes. */
  readonly seed: number;
  /** @default 'test-1' */
  readonly cluster?: string;
  readonly images: number;
  /** Number of containers, at least one per image if possible. @default 2 × images */
  readonly containers?: number;
  /** @default 5 */
  readonly namespaces?: number;
  /** Matches per image, about 2.5 kB of JSON each. @default 60 */
  readonly findingsPerImage?: number;
  /** Relative variation between images, 0 to 1. @default 0 */
  readonly findingsSpread?: number;
  /** Share of containers with a filtered manifest. @default 0.25 */
  readonly relevancy?: number;
  /** Namespace in the references of summaries: the scanner writes the wrong one. @default 'workload' */
  readonly referenceNamespace?: ClusterPlan['referenceNamespace'];
  /** Namespace of manifests. @default 'kubescape' */
  readonly kubescapeNamespace?: string;
  /** ISO 8601, whole seconds. @default '2026-11-20T03:17:42Z' */
  readonly scannedAt?: string;
  /** Odd objects in addition to the healthy ones. @default none */
  readonly odd?: OddObjects;
}

const DEFAULTS = {
  cluster: 'test-1',
  namespaces: 5,
  findingsPerImage: 60,
  findingsSpread: 0,
  relevancy: 0.25,
  referenceNamespace: 'workload',
  kubescapeNamespace: 'kubescape',
  scannedAt: '2026-11-20T03:17:42Z',
} as const;

/** Generates a cluster from a seed. Objects are generated on each read. */
export function generateCluster(options: ClusterOptions): GeneratedCluster {
  const settings = { ...DEFAULTS, containers: 2 * options.images, ...options };
  const layers = openLayers(settings.seed, openCatalogue(settings.seed), largestImage(settings));
  const images = Array.from({ length: settings.images }, (_, index) =>
    randomImage({ ...settings, layers }, index),
  );
  const containers = Array.from({ length: settings.containers }, (_, index) =>
    randomContainer(settings, imageOf(images, index, settings.seed), index),
  );

  const plan: ClusterPlan = {
    name: settings.cluster,
    kubescapeNamespace: settings.kubescapeNamespace,
    scanner: scannerRun(settings.seed, settings.scannedAt),
    images,
    containers,
    referenceNamespace: settings.referenceNamespace,
    duplicates: settings.odd?.duplicates ?? 0,
  };
  return clusterOf(addOddObjects(plan, { ...settings, layers }, settings.odd ?? {}));
}

/** Each image runs at least once before any runs twice. After that, a few run almost everywhere. */
function imageOf(images: readonly ImagePlan[], index: number, seed: number): ImagePlan {
  if (index < images.length) return elementAt(images, index);
  const random = randomFor(seed, 'image-of', index);
  return elementAt(images, Math.floor(random.next() ** 3 * images.length));
}

function scannerRun(seed: number, scannedAt: string): ClusterPlan['scanner'] {
  const builtBeforeMs = 20 * 60 * 60 * 1000;
  const builtAt = new Date(Date.parse(scannedAt) - builtBeforeMs).toISOString();
  return {
    scannedAt,
    databaseBuiltAt: builtAt.replace(/\.\d+Z$/, 'Z'),
    databaseVersion: `sha256:${randomFor(seed, 'database').hex(64)}`,
  };
}
