import type { ContainerSummary } from '../formats/vulnerability-manifest-summary.ts';
import type { Container } from '../model/container.ts';
import type { ScanInventory, ScanTarget } from '../model/image-scan.ts';
import type { Image } from '../model/image.ts';

/** What a join needs of a manifest; `Ref` is whatever its source finds the findings by. */
export interface JoinableManifest<Ref> {
  /** Empty for a document of the CLI, which nothing can refer to. */
  readonly name: string;
  readonly image: Image;
  readonly ref: Ref;
}

export interface Join<Ref> {
  readonly inventory: ScanInventory;
  /** The same targets as in the inventory, each with its manifest. */
  readonly targets: readonly JoinedTarget<Ref>[];
  /** The containers whose findings, all or the relevant ones, are not there. */
  readonly dangling: readonly Container[];
}

export interface JoinedTarget<Ref> {
  readonly target: ScanTarget;
  readonly ref: Ref;
  /** The findings that are known to be relevant, of each container of which that is known. */
  readonly relevant: ReadonlyMap<Container, Ref>;
}

export interface JoinInput<Ref> {
  readonly manifests: readonly JoinableManifest<Ref>[];
  readonly summaries: readonly ContainerSummary[];
  readonly unscanned: readonly ContainerSummary[];
  /** Manifests of relevant findings by name; absent where nobody asks what is relevant. */
  readonly relevant?: ReadonlyMap<string, Ref> | undefined;
  /** Clusters that configuration scans name. */
  readonly postureClusters?: readonly string[];
}

/**
 * Finds the manifest of each container. A summary names it, and the name alone decides: the
 * namespace of the reference is wrong before kubevuln 0.3.160. Where no manifest has that name,
 * one of the same image id stands in; else the reference dangles and the container is left out,
 * because how many findings it has is not known.
 */
export function joinScans<Ref>(input: JoinInput<Ref>): Join<Ref> {
  const { manifests, summaries, unscanned } = input;
  const joined = manifests.map((manifest) => ({ manifest, summaries: Array<ContainerSummary>() }));
  const byName = new Map(joined.map((entry) => [entry.manifest.name, entry]));
  const byImageId = new Map(joined.map((entry) => [entry.manifest.image.id, entry]));
  byName.delete('');
  byImageId.delete('');

  const dangling: Container[] = [];
  const unknown: ScanTarget[] = [];
  for (const summary of summaries) {
    const entry = byName.get(summary.manifestName) ?? byImageId.get(summary.image.id);
    if (entry === undefined) unknown.push(toTarget(summary.image, [summary]));
    else entry.summaries.push(summary);
    if (entry === undefined || lacksRelevant(summary, input)) dangling.push(summary.container);
  }

  const targets = joined.map((entry) => ({
    target: toTarget(entry.manifest.image, entry.summaries),
    ref: entry.manifest.ref,
    relevant: relevantRefs(entry.summaries, input),
  }));
  return {
    targets,
    dangling,
    inventory: {
      clusters: distinctClusters(input),
      targets: targets.map(({ target }) => target),
      unscanned: unscanned.map(({ image, container }) => ({ image, containers: [container] })),
      dangling: unknown,
      danglingReferences: dangling.length,
    },
  };
}

function lacksRelevant<Ref>(summary: ContainerSummary, { relevant }: JoinInput<Ref>): boolean {
  const { relevantManifestName: name } = summary;
  return relevant !== undefined && name !== '' && !relevant.has(name);
}

function relevantRefs<Ref>(
  summaries: readonly ContainerSummary[],
  { relevant }: JoinInput<Ref>,
): ReadonlyMap<Container, Ref> {
  const refs = new Map<Container, Ref>();
  if (relevant === undefined) return refs;
  for (const { container, relevantManifestName: name } of summaries) {
    const ref = relevant.get(name);
    if (ref !== undefined) refs.set(container, ref);
  }
  return refs;
}

/** Manifests of 2023 have no tag annotation while a summary may, so the fuller name wins. */
function toTarget(image: Image, summaries: readonly ContainerSummary[]): ScanTarget {
  const containers: Container[] = summaries.map(({ container }) => container);
  const tagged = summaries.find((summary) => summary.image.tag !== '')?.image;
  const named = image.tag === '' && tagged !== undefined ? { ...tagged, id: image.id } : image;
  return { image: named, containers };
}

/**
 * The storage never cleans up configuration scans of some kinds, so they may carry a name that the
 * cluster had long ago: they are asked only where no summary names the cluster.
 */
function distinctClusters<Ref>(input: JoinInput<Ref>): readonly string[] {
  const { summaries, unscanned, postureClusters = [] } = input;
  const named = new Set<string>();
  for (const list of [summaries, unscanned]) {
    for (const { cluster } of list) if (cluster !== undefined) named.add(cluster);
  }
  return named.size === 0 ? postureClusters : [...named].toSorted();
}
