import { createExternalLabels } from '../labels/external-labels.ts';
import { type LabelCounts, type LabelLimits, LabelNormalizer } from '../labels/label-normalizer.ts';
import type { RelabelConfig } from '../relabel/relabel-config.ts';
import { compileRelabeling, type Relabel } from '../relabel/relabel.ts';
import type { Label } from '../time-series.ts';

export interface LabelPipelineOptions extends LabelLimits {
  readonly externalLabels: Readonly<Record<string, string>>;
  /** Applied in order. */
  readonly relabelConfigs: readonly RelabelConfig[];
}

/** Adds external labels, relabels and normalizes, in the same order as Prometheus. */
export class LabelPipeline {
  readonly #addExternal: (labels: readonly Label[]) => readonly Label[];
  readonly #relabel: Relabel | undefined;
  readonly #normalizer: LabelNormalizer;

  constructor({ externalLabels, relabelConfigs, ...limits }: LabelPipelineOptions) {
    this.#addExternal = createExternalLabels(externalLabels);
    const reservedNames = new Set(Object.keys(externalLabels));
    this.#relabel =
      relabelConfigs.length > 0 ? compileRelabeling(relabelConfigs, reservedNames) : undefined;
    this.#normalizer = new LabelNormalizer({ ...limits, reservedNames });
  }

  /** Number of labels that were changed so far. */
  get counts(): LabelCounts {
    return this.#normalizer.counts;
  }

  /** Forgets the labels of earlier pushes. */
  forget(): void {
    this.#normalizer.forget();
  }

  /** Returns undefined if a relabeling rule drops the series. */
  apply(labels: readonly Label[]): readonly Label[] | undefined {
    const all = this.#addExternal(labels);
    const relabeled = this.#relabel === undefined ? all : this.#relabel(all);
    return relabeled && this.#normalizer.normalize(relabeled, labels);
  }
}
