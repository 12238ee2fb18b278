import type { ImageScan, ScanInventory } from '../../model/image-scan.ts';
import { type Accumulator, Maximum, Sum } from '../accumulator.ts';
import type { FindingTally } from '../finding-tally.ts';
import type { PostureFacts, TargetFacts, TargetLabel } from '../label-catalogue.ts';
import type { LabelValueLimiter } from '../label-value-limiter.ts';
import type { RelevanceSplit } from '../relevance-split.ts';
import type { Combine } from '../row.ts';
import type { Label, MetricFamily, Series } from '../series.ts';
import type { Test } from '../where.ts';

/** A label set of a row, with its value for one container, image, resource or scan. */
export interface RowValue {
  readonly labels: readonly Label[];
  readonly accumulator: Accumulator;
}

/** The last label set made for certain label names, and the subject it was made for. */
export interface LastLabelSet {
  subject: object | undefined;
  labels: readonly Label[];
}

/** Rows with the same labels handle each subject in turn, so only the last set is cached. */
export class LabelSetCache {
  readonly #sets = new Map<string, LastLabelSet>();

  /** Returns the cache shared by all rows with these label names. */
  of(names: string): LastLabelSet {
    const set = this.#sets.get(names) ?? { subject: undefined, labels: [] };
    this.#sets.set(names, set);
    return set;
  }
}

/** State that all rows of an engine share. */
export interface RowContext {
  readonly rules: LabelValueLimiter;
  /** Value of the label `shard` for series that another shard could send as well. */
  readonly shard: string | undefined;
  /** Label sets of the current container, keyed by their label names. Most rows share one. */
  readonly labelSets: LabelSetCache;
  /** Counts the findings of each image once for all rows. */
  readonly tally: FindingTally;
  readonly relevance: RelevanceSplit;
  /**
   * Whether values of an image that is read may not count, because a container is missing or a name is
   * repeated.
   */
  readonly mayLeaveOutValues: boolean;
}

/** A row prepared for evaluation, with a method for each kind of subject. */
export interface CompiledRow {
  readonly family: MetricFamily;
  /** Whether the row has all labels that identify a container. */
  readonly tellsContainersApart: boolean;
  /** Whether the row has all labels that identify an image, so that each series belongs to one image. */
  readonly tellsImagesApart: boolean;
  /** Labels that differ between images. */
  readonly imageLabels: readonly TargetLabel[];
  /** Whether a container and its image have values at all. Absent if all have. */
  readonly passesTarget?: Test<TargetFacts> | undefined;
  /** Whether values describe the image, whatever containers run it. */
  readonly isAboutImages: boolean;
  /** Whether the row has all labels that identify a resource, so that merged values are counted. */
  readonly tellsResourcesApart: boolean;
  createAccumulator(): Accumulator;
  /** Groups the findings of an image once for all of its containers. */
  fold?(scan: ImageScan): void;
  /** @param isReal False for the placeholder that represents an image without containers. */
  containerValues?(
    scan: ImageScan,
    facts: TargetFacts,
    isReal: boolean,
  ): readonly RowValue[] | 'unknown';
  unscannedValues?(facts: TargetFacts): readonly RowValue[];
  imageValues?(scan: ImageScan, facts: TargetFacts): readonly RowValue[];
  /** Values that are equal for each of the given number of containers of the image. */
  runValues?(facts: TargetFacts, runs: number): readonly RowValue[];
  postureValues?(facts: PostureFacts): readonly RowValue[];
  scanValues?(inventory: ScanInventory, cluster: string): readonly RowValue[];
}

export function toSeries({ family }: CompiledRow, { labels, accumulator }: RowValue): Series {
  return { family, labels, value: accumulator.value };
}

export function combineWith(combine: Combine, value: number): Accumulator {
  return combine === 'sum' ? new Sum(value) : new Maximum(value);
}
