import { LazySpecs } from './lazy-specs.ts';
import type { ObjectStore } from './object-store.ts';
import type { ResourceName } from './resources.ts';
import type { StorageObject } from './stored-object.ts';

/** Objects, or a function that generates them each time, which saves the memory for their specs. */
export type ObjectSource = Iterable<StorageObject> | (() => Iterable<StorageObject>);

export interface StoreContent {
  /** Objects of any kind. */
  readonly objects?: Iterable<StorageObject> | undefined;
  /** VulnerabilityManifestSummary. */
  readonly summaries?: ObjectSource | undefined;
  /** VulnerabilityManifest. */
  readonly manifests?: ObjectSource | undefined;
  /** WorkloadConfigurationScanSummary. */
  readonly postures?: ObjectSource | undefined;
}

export function fillStore(store: ObjectStore, content: StoreContent): void {
  for (const object of content.objects ?? []) store.load(object);
  fill(store, 'vulnerabilitymanifestsummaries', content.summaries);
  fill(store, 'vulnerabilitymanifests', content.manifests);
  fill(store, 'workloadconfigurationscansummaries', content.postures);
}

function fill(store: ObjectStore, resource: ResourceName, source: ObjectSource = []): void {
  if (typeof source !== 'function') {
    for (const object of source) store.load(object, resource);
    return;
  }
  const specs = new LazySpecs(source);
  let index = 0;
  for (const object of source()) {
    const place = index++;
    store.loadLazily({ metadata: object.metadata }, resource, () => specs.at(place));
  }
}
