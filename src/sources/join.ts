import type { ContainerSummary } from '../formats/vulnerability-manifest-summary.ts';
import type { Container } from '../model/container.ts';
import type { ScanInventory, ScanTarget } from '../model/image-scan.ts';
import type { Image } from '../model/image.ts';

/** `Ref` identifies the manifest's findings within its source. */
export interface JoinableManifest<Ref> {
  /** Empty for a document of the CLI, which no summary references. */
  readonly name: string;
  readonly image: Image;
  readonly ref: Ref;
}

export interface Join<Ref> {
  readonly inventory: ScanInventory;
  /** The same targets as in the inventory, each with its manifest. */
  readonly targets: readonly JoinedTarget<Ref>[];
  /** Containers that reference a missing manifest, of all findings or of the relevant ones. */
  readonly dangling: readonly Container[];
}

export interface JoinedTarget<Ref> {
  readonly target: ScanTarget;
  readonly ref: Ref;
  /** Relevant findings, for each container that has them. */
  readonly relevant: ReadonlyMap<Container, Ref>;
}

export interface JoinInput<Ref> {
  readonly manifests: readonly JoinableManifest<Ref>[];
  readonly summaries: readonly ContainerSummary[];
  readonly unscanned: readonly ContainerSummary[];
  /** Manifests of relevant findings by name; absent if relevance is not needed. */
  readonly relevant?: ReadonlyMap<string, Ref> | undefined;
  /** Cluster names found in configuration scans. */
  readonly postureClusters?: readonly string[];
}

/**
 * Finds the manifest of each container: by the name in its summary, otherwise by image id. Ignores
 * the namespace in the summary, which is wrong before kubevuln 0.3.160. A container without a
 * manifest is left out, because its findings are unknown.
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

/** Manifests of 2023 lack the tag annotation, so a tag in a summary wins. */
function toTarget(image: Image, summaries: readonly ContainerSummary[]): ScanTarget {
  const containers: Container[] = summaries.map(({ container }) => container);
  const tagged = summaries.find((summary) => summary.image.tag !== '')?.image;
  const named = image.tag === '' && tagged !== undefined ? { ...tagged, id: image.id } : image;
  return { image: named, containers };
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
