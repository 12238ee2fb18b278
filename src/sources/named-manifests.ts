import type { ContainerSummary } from '../formats/vulnerability-manifest-summary.ts';
import { identifyImage, ImageGroups } from '../model/image-identity.ts';
import { newestOf } from '../model/result-age.ts';
import type { ImageResult, NewestResult } from './image-result.ts';

/** A manifest and the summaries of the containers that run its image. */
export interface ReferencedManifest<Ref> {
  readonly manifest: ImageResult<Ref>;
  readonly summaries: ContainerSummary[];
}

/** Manifests in the cluster, with the summaries that reference them. */
export class NamedManifests<Ref> {
  readonly #byName: ReadonlyMap<string, ReferencedManifest<Ref>>;
  readonly #groups: ImageGroups<ImageResult<Ref>>;

  constructor(manifests: readonly ImageResult<Ref>[], choice: NewestResult<Ref>) {
    const versions = new Map<string, ImageResult<Ref>[]>();
    for (const manifest of manifests) {
      const known = versions.get(manifest.name) ?? [];
      versions.set(manifest.name, known);
      known.push(manifest);
    }
    const newest = Array.from(versions.values(), (results) => choice.of(results) ?? []).flat();
    this.#byName = new Map(newest.map((manifest) => [manifest.name, { manifest, summaries: [] }]));
    this.#groups = new ImageGroups(newest);
  }

  /**
   * Adds a summary to its manifest, which is found by the name in the summary, otherwise by image ID.
   * Ignores the namespace in the summary, which is wrong before kubevuln 0.3.160. Returns whether a
   * manifest was found.
   */
  place(summary: ContainerSummary): boolean {
    const found = this.#byName.get(summary.manifestName) ?? this.#findByImage(summary);
    found?.summaries.push(summary);
    return found !== undefined;
  }

  get all(): readonly ReferencedManifest<Ref>[] {
    return [...this.#byName.values()];
  }

  #findByImage({ image }: ContainerSummary): ReferencedManifest<Ref> | undefined {
    const newest = newestOf(this.#groups.find(identifyImage(image)));
    return newest && this.#byName.get(newest.name);
  }
}
