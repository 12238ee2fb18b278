import type { ClusterPlan, ContainerPlan, ImagePlan } from './cluster-plan.ts';
import { relevantFindings, scannedAtSeconds } from './cluster-plan.ts';
import { imageSlug, pullName } from './image-reference.ts';
import type { SeverityCounts } from './severity.ts';
import { noCounts } from './severity.ts';
import { countedMatches } from './summary.ts';
import type { Totals } from './totals.ts';
import { Tally, totalsOf } from './totals.ts';
import { filteredManifestName, summaryName } from './workload-meta.ts';

/** Expected counts of a cluster, computed from its plan without reading an object. */
export interface ExpectedCluster {
  /** Distinct objects; duplicates are not counted. */
  readonly objects: { readonly summaries: number; readonly manifests: number };
  readonly images: readonly ExpectedImage[];
  readonly containers: readonly ExpectedContainer[];
  /** Each scanned image with at least one container, once. */
  readonly runningImages: Totals;
  /** Each scanned container: an image counts as often as it runs. */
  readonly scannedContainers: Totals;
  /** Relevant findings of scanned containers, as far as known. */
  readonly relevant: Totals;
  /** Images with a manifest and without a container. */
  readonly orphanImages: Totals;
}

/** An image with a readable manifest. */
interface ExpectedImage {
  readonly manifest: string;
  readonly image: string;
  /** Containers whose summaries reference this manifest. */
  readonly containers: number;
  readonly totals: Totals;
}

interface ExpectedContainer {
  readonly namespace: string;
  readonly kind: string;
  readonly workload: string;
  readonly container: string;
  readonly image: string;
  readonly summary: string;
  readonly outcome: ContainerOutcome;
  readonly scannedAtSeconds: number;
  /** State of the summary. */
  readonly counts: Readonly<SeverityCounts>;
  /** Absent unless scanned. */
  readonly totals?: Totals;
  /** Absent if relevance is unknown. */
  readonly relevant?: Totals;
  readonly filteredManifest?: string;
}

export type ContainerOutcome =
  | 'scanned'
  /** A stub summary: the image could not be scanned. */
  | 'unsupported-schema'
  /** The summary names a manifest that does not exist. */
  | 'dangling'
  /** The summary, or its manifest, was served without a spec. */
  | 'metadata-only';

export function expectedOf(plan: ClusterPlan): ExpectedCluster {
  const known = new Map<ImagePlan, Totals>();

  function totalsOfImage(image: ImagePlan): Totals {
    const totals = known.get(image) ?? totalsOf(image.findings());
    known.set(image, totals);
    return totals;
  }

  const readable = plan.images.filter(({ manifest }) => manifest === 'present');
  const containers = plan.containers.map((container) =>
    expectedContainer(plan, container, totalsOfImage),
  );
  const runs = countRuns(plan.containers);
  const images = readable.map((image) => ({
    manifest: imageSlug(image.reference),
    image: pullName(image.reference),
    containers: runs.get(image) ?? 0,
    totals: totalsOfImage(image),
  }));
  return {
    objects: countObjects(plan),
    images,
    containers,
    ...clusterTotals(plan, readable, runs),
  };
}

function expectedContainer(
  plan: ClusterPlan,
  container: ContainerPlan,
  totalsOfImage: (image: ImagePlan) => Totals,
): ExpectedContainer {
  const { workload, image } = container;
  const outcome = outcomeOf(container);
  const relevant = relevantFindings(container);
  const silent = container.summary !== 'present';
  return {
    namespace: workload.namespace,
    kind: workload.kind,
    workload: workload.name,
    container: container.container,
    image: pullName(image.reference),
    summary: summaryName(container),
    outcome,
    scannedAtSeconds: scannedAtSeconds(plan, container),
    counts: silent ? noCounts() : countedMatches(image.findings()),
    ...(outcome === 'scanned' ? { totals: totalsOfImage(image) } : {}),
    ...(relevant === undefined
      ? {}
      : { relevant: totalsOf(relevant), filteredManifest: filteredManifestName(container) }),
  };
}

function outcomeOf({ summary, image }: ContainerPlan): ContainerOutcome {
  if (summary !== 'present') return summary;
  if (image.manifest === 'missing') return 'dangling';
  return image.manifest === 'present' ? 'scanned' : 'metadata-only';
}

function countRuns(containers: readonly ContainerPlan[]): ReadonlyMap<ImagePlan, number> {
  const runs = new Map<ImagePlan, number>();
  for (const container of containers) {
    if (outcomeOf(container) !== 'scanned') continue;
    runs.set(container.image, (runs.get(container.image) ?? 0) + 1);
  }
  return runs;
}

function countObjects(plan: ClusterPlan): ExpectedCluster['objects'] {
  const ofImages = plan.images.filter(({ manifest }) => manifest !== 'missing').length;
  const filtered = plan.containers.filter(({ isRelevant }) => isRelevant !== undefined).length;
  return { summaries: plan.containers.length, manifests: ofImages + filtered };
}

function clusterTotals(
  plan: ClusterPlan,
  images: readonly ImagePlan[],
  runs: ReadonlyMap<ImagePlan, number>,
): Pick<ExpectedCluster, 'runningImages' | 'scannedContainers' | 'relevant' | 'orphanImages'> {
  const running = new Tally();
  const orphaned = new Tally();
  for (const image of images) (runs.has(image) ? running : orphaned).add(image.findings());

  const scanned = new Tally();
  const relevant = new Tally();
  for (const container of plan.containers) {
    if (outcomeOf(container) !== 'scanned') continue;
    scanned.add(container.image.findings());
    relevant.add(relevantFindings(container) ?? []);
  }
  return {
    runningImages: running.totals(),
    scannedContainers: scanned.totals(),
    relevant: relevant.totals(),
    orphanImages: orphaned.totals(),
  };
}
