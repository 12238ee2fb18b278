import type { ClusterPlan } from './cluster-plan.ts';
import type { ExpectedCluster } from './expected.ts';
import { expectedOf } from './expected.ts';
import { filteredManifest, imageManifest } from './manifest.ts';
import type { VulnerabilityManifest, VulnerabilityManifestSummary } from './object-types.ts';
import { metadataOnlyManifest, metadataOnlySummary, rewritten } from './odd-objects.ts';
import { containerSummary } from './summary.ts';

/** A generated cluster. Each read generates the objects again. */
export interface GeneratedCluster {
  readonly name: string;
  readonly kubescapeNamespace: string;
  summaries(): Iterable<VulnerabilityManifestSummary>;
  /** Manifests of images, then filtered ones. Holds one at a time in memory. */
  manifests(): Iterable<VulnerabilityManifest>;
  expected(): ExpectedCluster;
}

export function clusterOf(plan: ClusterPlan): GeneratedCluster {
  return {
    name: plan.name,
    kubescapeNamespace: plan.kubescapeNamespace,
    summaries: () => withDuplicates(() => summaries(plan), plan.duplicates),
    manifests: () => withDuplicates(() => manifests(plan), plan.duplicates),
    expected: () => expectedOf(plan),
  };
}

function* summaries(plan: ClusterPlan): Generator<VulnerabilityManifestSummary> {
  for (const container of plan.containers) {
    const summary = containerSummary(plan, container);
    yield container.summary === 'metadata-only' ? metadataOnlySummary(summary) : summary;
  }
}

function* manifests(plan: ClusterPlan): Generator<VulnerabilityManifest> {
  for (const image of plan.images) {
    if (image.manifest === 'missing') continue;
    const manifest = imageManifest(plan, image);
    yield image.manifest === 'metadata-only' ? metadataOnlyManifest(manifest) : manifest;
  }
  for (const container of plan.containers) {
    const manifest = filteredManifest(plan, container);
    if (manifest !== undefined) yield manifest;
  }
}

/** A written object moves to the end of the store, so a reader of pages gets it twice. */
function* withDuplicates<T extends VulnerabilityManifest | VulnerabilityManifestSummary>(
  open: () => Iterable<T>,
  count: number,
): Generator<T> {
  yield* open();
  let left = count;
  for (const object of open()) {
    if (left-- <= 0) return;
    yield rewritten(object);
  }
}
