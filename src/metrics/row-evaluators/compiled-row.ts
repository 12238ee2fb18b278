import type { ImageScan, ScanInventory } from '../../model/image-scan.ts';
import { type Accumulator, Maximum, Sum } from '../accumulator.ts';
import type { FindingTally } from '../finding-tally.ts';
import type { PostureFacts, TargetFacts } from '../label-catalogue.ts';
import type { LabelValueLimiter } from '../label-value-limiter.ts';
import type { RelevanceSplit } from '../relevance-split.ts';
import type { Combine } from '../row.ts';
import type { Label, MetricFamily, Series } from '../series.ts';

/** One label set of a row and the value that one container, image, resource or scan has for it. */
export interface RowValue {
  readonly labels: readonly Label[];
  readonly accumulator: Accumulator;
}

/** The last label set that was made of some names, and what it is about. */
export interface LastLabelSet {
  subject: object | undefined;
  labels: readonly Label[];
}

/** Rows that have the same labels take turns with each subject, so the last set is all they share. */
export class LabelSetCache {
  readonly #sets = new Map<string, LastLabelSet>();

  /** What all rows with these names share. */
  of(names: string): LastLabelSet {
    const set = this.#sets.get(names) ?? { subject: undefined, labels: [] };
    this.#sets.set(names, set);
    return set;
  }
}

/** What all rows of an engine have in common. */
export interface RowContext {
  readonly rules: LabelValueLimiter;
  /** Put on series that another shard could send too. */
  readonly shard: string | undefined;
  /** Label sets of the container at hand, by their names: most rows have the same ones. */
  readonly labelSets: LabelSetCache;
  /** What the rows count together. */
  readonly tally: FindingTally;
  readonly relevance: RelevanceSplit;
}

/** A row made ready to run. It has a method for each subject that it has values of. */
export interface CompiledRow {
  readonly family: MetricFamily;
  /** Whether no two containers can have the same label set, unless all their labels are equal. */
  readonly tellsContainersApart: boolean;
  /** Whether the labels are meant to name one resource, so that sharing them is worth telling. */
  readonly tellsResourcesApart: boolean;
  createAccumulator(): Accumulator;
  /** Folds the findings of an image, once for all of its containers; the tally has taken them. */
  fold?(scan: ImageScan): void;
  /** @param isReal Whether there is a container, and not just an image that nothing refers to. */
  containerValues?(
    scan: ImageScan,
    facts: TargetFacts,
    isReal: boolean,
  ): readonly RowValue[] | 'unknown';
  unscannedValues?(facts: TargetFacts): readonly RowValue[];
  imageValues?(scan: ImageScan, facts: TargetFacts): readonly RowValue[];
  postureValues?(facts: PostureFacts): readonly RowValue[];
  scanValues?(inventory: ScanInventory, cluster: string): readonly RowValue[];
}

export function toSeries({ family }: CompiledRow, { labels, accumulator }: RowValue): Series {
  return { family, labels, value: accumulator.value };
}

export function combineWith(combine: Combine, value: number): Accumulator {
  return combine === 'sum' ? new Sum(value) : new Maximum(value);
}
