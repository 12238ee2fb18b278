import type { ContainerSummary } from '../formats/vulnerability-manifest-summary.ts';
import type { Container } from '../model/container.ts';
import { ImageGroups } from '../model/image-identity.ts';
import type { ScanInventory, ScanTarget } from '../model/image-scan.ts';
import { findCliImages, placeOnCliImages } from './cli-images.ts';
import { findClusterImages } from './cluster-images.ts';
import { type ContentOf, type ImageResult, NewestResult } from './image-result.ts';
import { type JoinedTarget, toTargets } from './joined-target.ts';
import { NamedManifests } from './named-manifests.ts';

export interface Join<Ref> {
  readonly inventory: ScanInventory;
  /**
   * The same targets as in the inventory, each with its result. All targets of one image have the same
   * result.
   */
  readonly targets: readonly JoinedTarget<Ref>[];
  /** Containers whose manifest is missing: either the one with all findings or the one with the relevant findings. */
  readonly dangling: readonly Container[];
  /** Results from files that other results replace. */
  readonly replaced: ReadonlySet<ImageResult<Ref>>;
  /** Results that replaced others only because they were read last: no time says which one is newer. */
  readonly undated: ReadonlySet<ImageResult<Ref>>;
  /** Manifests that no summary references. Empty without summaries. */
  readonly unreferenced: readonly ImageResult<Ref>[];
}

export interface JoinInput<Ref> {
  readonly manifests: readonly ImageResult<Ref>[];
  readonly summaries: readonly ContainerSummary[];
  readonly unscanned: readonly ContainerSummary[];
  /** Manifests of relevant findings, keyed by name. Absent if relevance is not needed. */
  readonly relevant?: ReadonlyMap<string, Ref> | undefined;
  /** Cluster names found in configuration scans. */
  readonly postureClusters?: readonly string[];
  readonly contentOf: ContentOf<Ref>;
}

/**
 * Combines results and containers. Each image counts with its newest result, once per name. If there are
 * summaries, manifests that no summary references are left out, because the storage removes such
 * manifests hours later. A container without a manifest is left out, because its findings are unknown.
 */
export function joinScans<Ref>(input: JoinInput<Ref>): Join<Ref> {
  const { manifests, summaries, unscanned, contentOf } = input;
  const choice = new NewestResult(contentOf);
  const named = new NamedManifests(manifests.filter(isNamed), choice);
  const withoutManifest = summaries.filter((summary) => !named.place(summary));
  const hasSummaries = summaries.length + unscanned.length > 0;
  const inUse = named.all.filter((entry) => !hasSummaries || entry.summaries.length > 0);
  const unused = hasSummaries ? named.all.filter(({ summaries: by }) => by.length === 0) : [];

  const clusterImages = findClusterImages(inUse, choice);
  const cluster = new ImageGroups(inUse.map(({ manifest }) => manifest));
  for (const result of manifests) {
    if (!isNamed(result) && cluster.find(result.scanned).length > 0) choice.leaveOut(result);
  }
  const documents = manifests.filter((result) => !isNamed(result) && !choice.replaced.has(result));
  const cliImages = findCliImages(documents, { choice, contentOf });
  const missing = placeOnCliImages(withoutManifest, cliImages);
  const isMissing = new Set(missing);

  const targets = toTargets([...clusterImages, ...cliImages], input.relevant);
  const dangling = summaries.filter(
    (summary) => isMissing.has(summary) || lacksRelevant(summary, input),
  );
  const { replaced, undated } = choice;
  return {
    targets,
    replaced,
    undated,
    unreferenced: unused.map(({ manifest }) => manifest),
    dangling: dangling.map(({ container }) => container),
    inventory: {
      clusters: distinctClusters(input),
      targets: targets.map(({ target }) => target),
      unscanned: unscanned.map(targetOf),
      dangling: missing.map(targetOf),
      danglingReferences: dangling.length,
      ...(hasSummaries && { unreferencedImages: unused.length }),
    },
  };
}

function isNamed<Ref>({ name }: ImageResult<Ref>): boolean {
  return name !== '';
}

function targetOf({ image, container }: ContainerSummary): ScanTarget {
  return { image, containers: [container] };
}

function lacksRelevant<Ref>(summary: ContainerSummary, { relevant }: JoinInput<Ref>): boolean {
  const { relevantManifestName: name } = summary;
  return relevant !== undefined && name !== '' && !relevant.has(name);
}

/**
 * Uses configuration scans only if no summary names the cluster. The storage never removes outdated
 * ones of some kinds, so they may contain an old name.
 */
function distinctClusters<Ref>(input: JoinInput<Ref>): readonly string[] {
  const { summaries, unscanned, postureClusters = [] } = input;
  const named = new Set<string>();
  for (const list of [summaries, unscanned]) {
    for (const { cluster } of list) if (cluster !== undefined) named.add(cluster);
  }
  return named.size === 0 ? postureClusters : [...named].toSorted();
}
