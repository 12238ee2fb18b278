import { METRIC_NAME } from '../labels/labels.ts';
import type { Metadata, TimeSeries } from '../time-series.ts';

/** Collects what the metric families of a push are, each once. */
export class MetadataCollector {
  readonly #byName = new Map<string, Metadata>();
  #latest: Metadata | undefined;

  /** Neighbours nearly always belong to one family. */
  note({ labels, metadata }: Pick<TimeSeries, 'labels' | 'metadata'>): void {
    if (metadata === this.#latest) return;
    this.#latest = metadata;
    const name = labels.find((label) => label.name === METRIC_NAME)?.value;
    if (name !== undefined) this.#byName.set(name, metadata);
  }

  entries(): [name: string, metadata: Metadata][] {
    return [...this.#byName];
  }
}
