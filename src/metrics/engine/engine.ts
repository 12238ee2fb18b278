import type { Container } from '../../model/container.ts';
import type { ImageScan, ScanInventory, ScanTarget } from '../../model/image-scan.ts';
import type { PostureScan } from '../../model/posture-scan.ts';
import { FindingTally } from '../finding-tally.ts';
import {
  imageLabels,
  type TargetFacts,
  targetLabel,
  type TargetLabel,
} from '../label-catalogue.ts';
import { LabelValueLimiter } from '../label-value-limiter.ts';
import { RelevanceSplit } from '../relevance-split.ts';
import { compileRow } from '../row-evaluators/compile-row.ts';
import {
  type CompiledRow,
  LabelSetCache,
  type RowValue,
  toSeries,
} from '../row-evaluators/compiled-row.ts';
import type { MetricRow } from '../row.ts';
import type { Series } from '../series.ts';
import { findAmbiguousImages } from './ambiguous-images.ts';
import { LabelSetGroups } from './label-set-groups.ts';
import { containersOf, noContainer } from './no-container.ts';
import { isRepeatedName } from './repeated-name.ts';
import {
  findSharedLabelSets,
  type LabelSubject,
  type SharedLabelSet,
} from './shared-label-sets.ts';

export interface EngineOptions {
  readonly rows: readonly MetricRow[];
  /** Value of the label `cluster`. */
  readonly cluster: string;
  readonly inventory: ScanInventory;
  /** Maximum length of a label value in UTF-8 bytes. */
  readonly maxLabelValueBytes: number;
  /**
   * Name of this shard. Series that other shards can have as well carry it as the label `shard`; those of one
   * container, image or resource do not. Everything with the same labels must belong to one shard.
   */
  readonly shard?: string;
}

export interface EngineStatistics {
  readonly series: number;
  /** Number of values that were added to a series with the same labels. */
  readonly merged: number;
  readonly truncatedValues: number;
}

/**
 * Turns scans into series by the rows of a table. Rows that identify containers or images are complete as soon
 * as the image is done. Rows about the cluster or a part of it, and posture rows, whose labels can repeat, are
 * kept until the end.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #rules: LabelValueLimiter;
  /** Truncates the values of keys, which do not count as truncated labels. */
  readonly #keyRules: LabelValueLimiter;
  readonly #rows: readonly CompiledRow[];
  readonly #tally = new FindingTally();
  readonly #held = new LabelSetGroups();
  /** Values of the current image, from all of its containers. */
  readonly #ofImage = new LabelSetGroups();
  readonly #ambiguousImages: ReadonlySet<string>;
  /** Values of containers with the same labels. They are complete together. */
  readonly #shared: ReadonlyMap<LabelSubject, SharedLabelSet>;
  #series = 0;
  #merged = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#rules = new LabelValueLimiter(options.maxLabelValueBytes);
    this.#keyRules = new LabelValueLimiter(options.maxLabelValueBytes);
    const labelSets = new LabelSetCache();
    const { shard } = options;
    const relevance = new RelevanceSplit();
    const context = { rules: this.#rules, shard, labelSets, tally: this.#tally, relevance };
    this.#rows = options.rows.map((row) => compileRow(row, context));
    this.#shared = findSharedLabelSets(options.inventory, (names, target, container) =>
      this.#keyOf(names, this.#facts(target, container)),
    );
    this.#ambiguousImages = findAmbiguousImages(options.inventory, (target) =>
      this.#imageKeyOf(target),
    );
  }

  get statistics(): EngineStatistics {
    return {
      series: this.#series,
      merged: this.#merged,
      truncatedValues: this.#rules.truncated,
    };
  }

  /** Returns the series that are complete with this image. */
  add(scan: ImageScan): Series[] {
    const out: Series[] = [];
    this.#tally.take(scan);
    for (const row of this.#rows) row.fold?.(scan);
    const isAmbiguous = this.#ambiguousImages.has(this.#imageKeyOf(scan.target));
    const place = { ofImage: isAmbiguous ? this.#held : this.#ofImage, out };
    for (const container of containersOf(scan.target)) {
      this.#addContainer(scan, container, place);
    }
    for (const row of this.#rows) {
      if (isRepeated(row, scan.target)) continue;
      const values = row.imageValues?.(scan, this.#facts(scan.target, noContainer));
      merge(row.tellsImagesApart ? place.ofImage : this.#held, row, values);
    }
    this.#ofImage.drain(out);
    return this.#count(out);
  }

  /** Adds the configuration scan of one resource. Its series are part of `finish`. */
  addPosture(posture: PostureScan): void {
    const facts = { cluster: this.#options.cluster, posture };
    for (const row of this.#rows) {
      const merged = merge(this.#held, row, row.postureValues?.(facts));
      if (row.tellsResourcesApart) this.#merged += merged;
    }
  }

  /** Returns the remaining series. Must be called once, after the last image and resource. */
  finish(): Series[] {
    const out: Series[] = [];
    const { inventory, cluster } = this.#options;
    for (const row of this.#rows) {
      merge(this.#held, row, row.scanValues?.(inventory, cluster));
      for (const target of inventory.unscanned) {
        for (const container of target.containers) {
          merge(this.#held, row, row.unscannedValues?.(this.#facts(target, container)));
        }
      }
    }
    this.#held.drain(out);
    return this.#count(out);
  }

  #addContainer(scan: ImageScan, container: Container, { ofImage, out }: ImagePlace): void {
    const facts = this.#facts(scan.target, container);
    const isReal = container !== noContainer;
    const shared = this.#shared.get(isReal ? container : scan.target);
    const place = { shared, out };
    const rows = isReal ? this.#rows : this.#rows.filter((row) => !isRepeated(row, scan.target));
    for (const row of rows) {
      const values = row.containerValues?.(scan, facts, isReal) ?? [];
      if (values === 'unknown') shared?.unknown.add(row.family);
      else if (row.tellsContainersApart) this.#emit(row, values, place);
      else merge(row.tellsImagesApart ? ofImage : this.#held, row, values);
    }
    drainIfComplete(shared, out);
  }

  #emit(row: CompiledRow, values: readonly RowValue[], { shared, out }: Place): void {
    for (const value of values) {
      if (shared === undefined) out.push(toSeries(row, value));
      else this.#merged += shared.groups.merge(row, value) ? 1 : 0;
    }
  }

  #imageKeyOf(target: ScanTarget): string {
    return this.#keyOf(imageLabels, this.#facts(target, noContainer));
  }

  #facts({ image }: ScanTarget, container: Container): TargetFacts {
    return { cluster: this.#options.cluster, image, container };
  }

  #keyOf(names: readonly TargetLabel[], facts: TargetFacts): string {
    let key = '';
    for (const name of names) key += `${this.#keyRules.clean(targetLabel(name, facts))}\0`;
    return key;
  }

  #count(series: Series[]): Series[] {
    this.#series += series.length;
    return series;
  }
}

/** Containers count under each name of their image, but the image itself only once. */
function isRepeated(row: CompiledRow, target: ScanTarget): boolean {
  const isAboutImage = row.isAboutImages || target.containers.length === 0;
  return isAboutImage && isRepeatedName(row, target);
}

/** Target of an image's values. */
interface ImagePlace {
  readonly ofImage: LabelSetGroups;
  readonly out: Series[];
}

/** Target of a container's values. */
interface Place {
  readonly shared: SharedLabelSet | undefined;
  readonly out: Series[];
}

/** Returns the number of values that were added to others with the same labels. */
function merge(groups: LabelSetGroups, row: CompiledRow, values: readonly RowValue[] = []): number {
  let merged = 0;
  for (const value of values) merged += groups.merge(row, value) ? 1 : 0;
  return merged;
}

/** Counts one container as read. */
function drainIfComplete(shared: SharedLabelSet | undefined, out: Series[]): void {
  if (shared === undefined || --shared.waiting > 0) return;
  const { groups, unknown } = shared;
  const known: Series[] = [];
  groups.drain(known);
  for (const series of known) if (!unknown.has(series.family)) out.push(series);
}
