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
import { compileRows } from '../row-evaluators/compile-row.ts';
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
import { RepeatedNames } from './repeated-name.ts';
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
   * Name of this shard. Series that other shards can have as well carry it as the label `shard`. Series of a
   * single container, image or resource do not: all values with the same labels must belong to one shard.
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
 * Turns scans into series as described by the rows of a table. Rows that identify containers or images are
 * complete as soon as the image is done. Rows about the cluster or a part of it are kept until the end, and so
 * are posture rows, because several resources can have the same labels.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #rules: LabelValueLimiter;
  /** Truncates the values in keys, so that they do not count as truncated labels. */
  readonly #keyRules: LabelValueLimiter;
  readonly #rows: readonly CompiledRow[];
  readonly #tally = new FindingTally();
  readonly #held = new LabelSetGroups();
  /** Values of the current image, from all of its containers. */
  readonly #ofImage = new LabelSetGroups();
  readonly #repeated = new RepeatedNames();
  readonly #ambiguousImages: ReadonlySet<string>;
  /** Containers with the same labels, whose values are complete only together. */
  readonly #shared: ReadonlyMap<LabelSubject, SharedLabelSet>;
  #series = 0;
  #merged = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#rules = new LabelValueLimiter(options.maxLabelValueBytes);
    this.#keyRules = new LabelValueLimiter(options.maxLabelValueBytes);
    this.#shared = findSharedLabelSets(options.inventory, (names, target, container) =>
      this.#keyOf(names, this.#facts(target, container)),
    );
    const context = {
      rules: this.#rules,
      shard: options.shard,
      labelSets: new LabelSetCache(),
      tally: this.#tally,
      relevance: new RelevanceSplit(),
      mayLeaveOutValues: this.#shared.size > 0 || hasSeveralNames(options.inventory),
    };
    this.#rows = compileRows(options.rows, context);
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
    const { target } = scan;
    this.#tally.take(scan);
    for (const row of this.#rows) row.fold?.(scan);
    const containers = containersOf(target);
    const shared = containers.flatMap((container) => this.#sharedBy(target, container) ?? []);
    // The image's own series also need the containers that become complete with other images.
    const isAmbiguous = shared.length > 0 || this.#ambiguousImages.has(this.#imageKeyOf(target));
    const place = { ofImage: isAmbiguous ? this.#held : this.#ofImage, out };
    for (const container of containers) this.#addContainer(scan, container, place);
    this.#addImage(scan, shared, place);
    for (const set of shared) this.#completeOne(set, out);
    this.#ofImage.drain(out);
    return this.#count(out);
  }

  /** Adds the configuration scan of one resource. Its series are part of `finish`. */
  addPosture(posture: PostureScan): void {
    const facts = { cluster: this.#options.cluster, posture };
    for (const row of this.#rows) {
      const merged = this.#held.mergeAll(row, row.postureValues?.(facts));
      if (row.tellsResourcesApart) this.#merged += merged;
    }
  }

  /** Returns the remaining series. Must be called once, after the last image and resource. */
  finish(): Series[] {
    const out: Series[] = [];
    const { inventory, cluster } = this.#options;
    for (const row of this.#rows) {
      this.#held.mergeAll(row, row.scanValues?.(inventory, cluster));
      for (const target of inventory.unscanned) {
        for (const container of target.containers) {
          const facts = this.#facts(target, container);
          this.#held.mergeAll(row, row.unscannedValues?.(facts));
        }
      }
    }
    this.#held.drain(out);
    return this.#count(out);
  }

  #addContainer(scan: ImageScan, container: Container, { ofImage, out }: ImagePlace): void {
    const facts = this.#facts(scan.target, container);
    const isReal = container !== noContainer;
    const shared = this.#sharedBy(scan.target, container);
    const rows = isReal
      ? this.#rows
      : this.#rows.filter((row) => !this.#isRepeated(row, scan.target));
    for (const row of rows) {
      const { changed } = this.#rules;
      const values = row.containerValues?.(scan, facts, isReal) ?? [];
      const place = { shared, out, isChanged: this.#rules.changed > changed };
      if (values === 'unknown') shared?.unknown.add(row.family);
      else if (row.tellsContainersApart) this.#emit(row, values, place);
      else if (shared === undefined) this.#groupsOf(row, ofImage).mergeAll(row, values);
      else shared.held.mergeAll(row, values);
    }
  }

  /** The groups of values to which further containers or images can add. */
  #groupsOf({ tellsImagesApart }: CompiledRow, ofImage: LabelSetGroups): LabelSetGroups {
    return tellsImagesApart ? ofImage : this.#held;
  }

  /** Adds values that are equal for all containers of the image. */
  #addImage(scan: ImageScan, shared: readonly SharedLabelSet[], { ofImage }: ImagePlace): void {
    const facts = this.#facts(scan.target, noContainer);
    const runs = containersOf(scan.target).length - shared.length;
    for (const row of this.#rows) {
      if (this.#isRepeated(row, scan.target)) continue;
      const groups = this.#groupsOf(row, ofImage);
      groups.mergeAll(row, row.imageValues?.(scan, facts));
      if (runs > 0) groups.mergeAll(row, row.runValues?.(facts, runs));
      for (const { held } of shared) held.mergeAll(row, row.runValues?.(facts, 1));
    }
  }

  /** Yields the values of containers with the same labels once all of them are read. */
  #completeOne(shared: SharedLabelSet, out: Series[]): void {
    if (--shared.waiting > 0) return;
    const { groups, held, unknown } = shared;
    groups.drain(out, (family) => unknown.has(family));
    held.moveTo(this.#held, (family) => unknown.has(family));
  }

  #emit(row: CompiledRow, values: readonly RowValue[], place: Place): void {
    const { shared, out, isChanged } = place;
    // Values of one container can become equal when they are truncated.
    const groups = shared?.groups ?? (isChanged ? new LabelSetGroups() : undefined);
    if (groups === undefined) for (const value of values) out.push(toSeries(row, value));
    else this.#merged += groups.mergeAll(row, values);
    if (shared === undefined) groups?.drain(out);
  }

  /** Containers count under each name of their image, but the image itself only once. */
  #isRepeated(row: CompiledRow, target: ScanTarget): boolean {
    const isAboutImage = row.isAboutImages || target.containers.length === 0;
    return isAboutImage && this.#repeated.has(row, target);
  }

  #sharedBy(target: ScanTarget, container: Container): SharedLabelSet | undefined {
    return this.#shared.get(container === noContainer ? target : container);
  }

  #imageKeyOf(target: ScanTarget): string {
    return this.#keyOf(imageLabels, this.#facts(target, noContainer));
  }

  #facts({ image }: ScanTarget, container: Container): TargetFacts {
    return { cluster: this.#options.cluster, image, container };
  }

  #keyOf(names: readonly TargetLabel[], facts: TargetFacts): string {
    let key = '';
    for (const name of names) {
      const value = this.#keyRules.clean(targetLabel(name, facts));
      key += `${value.length}:${value}`;
    }
    return key;
  }

  #count(series: Series[]): Series[] {
    this.#series += series.length;
    return series;
  }
}

function hasSeveralNames({ targets }: ScanInventory): boolean {
  return targets.some(({ names }) => names !== undefined);
}

/** Where the values of an image are added. */
interface ImagePlace {
  readonly ofImage: LabelSetGroups;
  readonly out: Series[];
}

/** Where the values of a container are added. */
interface Place {
  readonly shared: SharedLabelSet | undefined;
  readonly out: Series[];
  /** Returns whether any label of these values was truncated or repaired. */
  readonly isChanged: boolean;
}
