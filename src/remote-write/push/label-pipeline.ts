import { createExternalLabels } from '../labels/external-labels.ts';
import { type LabelCounts, type LabelLimits, LabelNormalizer } from '../labels/label-normalizer.ts';
import type { RelabelConfig } from '../relabel/relabel-config.ts';
import { compileRelabeling, type Relabel } from '../relabel/relabel.ts';
import type { Label } from '../time-series.ts';

export interface LabelPipelineOptions extends LabelLimits {
  readonly externalLabels: Readonly<Record<string, string>>;
  /** In the order in which they apply. */
  readonly relabelConfigs: readonly RelabelConfig[];
}

/** What happens to the labels of a series on their way to one receiver, in Prometheus' order. */
export class LabelPipeline {
  readonly #addExternal: (labels: readonly Label[]) => readonly Label[];
  readonly #relabel: Relabel | undefined;
  readonly #normalizer: LabelNormalizer;

  constructor({ externalLabels, relabelConfigs, ...limits }: LabelPipelineOptions) {
    this.#addExternal = createExternalLabels(externalLabels);
    // Without rules not even reserved names are looked for, which cleaning does anyway.
    this.#relabel = relabelConfigs.length > 0 ? compileRelabeling(relabelConfigs) : undefined;
    this.#normalizer = new LabelNormalizer(limits);
  }

  /** How many labels were not sent as they were given. */
  get counts(): LabelCounts {
    return this.#normalizer.counts;
  }

  /** Undefined if a rule drops the series. */
  apply(labels: readonly Label[]): readonly Label[] | undefined {
    const all = this.#addExternal(labels);
    const relabeled = this.#relabel === undefined ? all : this.#relabel(all);
    return relabeled && this.#normalizer.normalize(relabeled, labels);
  }
}
