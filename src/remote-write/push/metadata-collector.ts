import { METRIC_NAME } from '../labels/labels.ts';
import type { Metadata, TimeSeries } from '../time-series.ts';

/** Collects the metadata of the metric families in a push. */
export class MetadataCollector {
  readonly #byName = new Map<string, Metadata>();
  #latest: Metadata | undefined;

  add({ labels, metadata }: Pick<TimeSeries, 'labels' | 'metadata'>): void {
    // Most series belong to the family of the previous one.
    if (metadata === this.#latest) return;
    this.#latest = metadata;
    const name = labels.find((label) => label.name === METRIC_NAME)?.value;
    if (name !== undefined) this.#byName.set(name, metadata);
  }

  entries(): [name: string, metadata: Metadata][] {
    return [...this.#byName];
  }
}
