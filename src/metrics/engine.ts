import type { Container } from '../model/container.ts';
import type { ImageScan, ScanInventory, ScanTarget } from '../model/image-scan.ts';
import { CompiledRow, type RowValue } from './compiled-row.ts';
import { containerLabels, type TargetFacts, targetLabels } from './label-catalogue.ts';
import { LabelRules, labelSetKey } from './label-rules.ts';
import { LabelSetGroups } from './label-set-groups.ts';
import type { MetricRow } from './row.ts';
import type { Series } from './series.ts';

export interface EngineOptions {
  readonly rows: readonly MetricRow[];
  /** Value of the label `cluster`. */
  readonly cluster: string;
  readonly inventory: ScanInventory;
  /** UTF-8 bytes that a label value may have. */
  readonly maxLabelValueBytes: number;
}

export interface EngineStatistics {
  readonly series: number;
  /** Label sets that several containers shared, so that their values became one. */
  readonly merged: number;
  readonly truncatedValues: number;
}

/** Stands for the workload of an image that no summary refers to: it still counts. */
const noContainer: Container = {
  namespace: '',
  workloadKind: '',
  workload: '',
  name: '',
  scanStatus: '',
};

/**
 * Turns scans into series by the rows of a table. Rows that tell containers apart leave as soon
 * as the image is done; only rows about the cluster, or a part of it, are held to the end.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #rules: LabelRules;
  readonly #rows: readonly CompiledRow[];
  readonly #held = new LabelSetGroups();
  /** Containers that cannot be told apart by their labels: their values leave together. */
  readonly #shared: Map<string, SharedLabelSet>;
  #series = 0;
  #merged = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#rules = new LabelRules(options.maxLabelValueBytes);
    this.#rows = options.rows.map((row) => new CompiledRow(row, this.#rules));
    this.#shared = this.#findShared(options.inventory.targets);
  }

  get statistics(): EngineStatistics {
    return {
      series: this.#series,
      merged: this.#merged,
      truncatedValues: this.#rules.truncated,
    };
  }

  /** The series that are complete with this image. */
  add(scan: ImageScan): Series[] {
    const out: Series[] = [];
    for (const row of this.#rows) row.fold(scan.findings);
    for (const container of containersOf(scan.target)) {
      this.#addContainer(scan, container, out);
    }
    for (const row of this.#rows) {
      this.#hold(row, row.imageValues(scan, this.#facts(scan.target, noContainer)));
    }
    return this.#count(out);
  }

  /** The series of the whole cluster; to be called once, after the last image. */
  finish(): Series[] {
    const out: Series[] = [];
    const { inventory, cluster } = this.#options;
    for (const row of this.#rows) {
      this.#hold(row, row.scanValues(inventory, cluster));
      for (const target of inventory.unscanned) {
        for (const container of target.containers) {
          this.#hold(row, row.unscannedValues(this.#facts(target, container)));
        }
      }
    }
    this.#held.drain(out);
    return this.#count(out);
  }

  #addContainer(scan: ImageScan, container: Container, out: Series[]): void {
    const facts = this.#facts(scan.target, container);
    const shared = this.#shared.get(this.#keyOf(facts));
    for (const row of this.#rows) {
      const values = row.containerValues(scan, facts, container !== noContainer);
      if (!row.tellsContainersApart) this.#hold(row, values);
      else if (shared === undefined) out.push(...values.map((value) => row.toSeries(value)));
      else for (const value of values) this.#merged += shared.groups.merge(row, value) ? 1 : 0;
    }
    if (shared !== undefined && --shared.waiting === 0) shared.groups.drain(out);
  }

  #hold(row: CompiledRow, values: readonly RowValue[]): void {
    for (const value of values) this.#held.merge(row, value);
  }

  #findShared(targets: readonly ScanTarget[]): Map<string, SharedLabelSet> {
    const members = new Map<string, number>();
    for (const target of targets) {
      for (const container of containersOf(target)) {
        const key = this.#keyOf(this.#facts(target, container));
        members.set(key, (members.get(key) ?? 0) + 1);
      }
    }
    const shared = [...members].filter(([, count]) => count > 1);
    return new Map(
      shared.map(([key, count]) => [key, { waiting: count, groups: new LabelSetGroups() }]),
    );
  }

  #facts({ image }: ScanTarget, container: Container): TargetFacts {
    return { cluster: this.#options.cluster, image, container };
  }

  #keyOf(facts: TargetFacts): string {
    const labels = containerLabels.map((name) => ({
      name,
      value: this.#rules.clean(targetLabels[name](facts)),
    }));
    return labelSetKey(labels);
  }

  #count(series: Series[]): Series[] {
    this.#series += series.length;
    return series;
  }
}

interface SharedLabelSet {
  /** Containers of this label set whose image was not read yet. */
  waiting: number;
  readonly groups: LabelSetGroups;
}

function containersOf({ containers }: ScanTarget): readonly Container[] {
  return containers.length === 0 ? [noContainer] : containers;
}
