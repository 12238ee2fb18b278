import type { Finding } from '../model/finding.ts';
import type { ImageScan, ScanInventory } from '../model/image-scan.ts';
import { type Accumulator, Maximum, Sum } from './accumulator.ts';
import { createAccumulator, type FindingGroup, prepareFold } from './finding-groups.ts';
import {
  containerLabels,
  isTargetLabel,
  type LabelName,
  type TargetFacts,
  targetLabels,
} from './label-catalogue.ts';
import { type LabelRules, sortLabelNames } from './label-rules.ts';
import type { Combine, ContainerRow, ImageRow, MetricRow } from './row.ts';
import type { Label, MetricFamily, Series } from './series.ts';
import { targetTest, type Test } from './where.ts';

/** One label set of a row and the value that one container, image or scan has for it. */
export interface RowValue {
  readonly labels: readonly Label[];
  readonly accumulator: Accumulator;
}

const nothing: readonly RowValue[] = [];
const noValues: ReadonlyMap<string, string> = new Map();

/** A row made ready to run: label names sorted once, conditions split by what decides them. */
export class CompiledRow {
  readonly family: MetricFamily;
  /** Whether no two containers can have the same label set, unless all their labels are equal. */
  readonly tellsContainersApart: boolean;
  readonly #row: MetricRow;
  readonly #rules: LabelRules;
  readonly #names: readonly LabelName[];
  readonly #fold: ReturnType<typeof prepareFold>;
  readonly #passes: Test<TargetFacts> | undefined;
  #groups: readonly FindingGroup[] = [];

  constructor(row: MetricRow, rules: LabelRules) {
    this.#row = row;
    this.#rules = rules;
    this.family = { name: row.name, help: row.help, type: 'gauge' };
    this.#names = sortLabelNames<LabelName>(row.labels);
    this.tellsContainersApart = containerLabels.every((name) => this.#names.includes(name));
    this.#fold = row.over === 'findings' ? prepareFold(row) : () => [];
    this.#passes = row.over === 'findings' ? targetTest(row.where ?? {}) : undefined;
  }

  createAccumulator(): Accumulator {
    const row = this.#row;
    if (row.over === 'findings') return createAccumulator(row);
    return row.over === 'scan' ? new Sum() : combineWith(row.combine, 0);
  }

  /** Folds the findings of an image, once for all of its containers. */
  fold(findings: readonly Finding[]): void {
    this.#groups = this.#fold(findings);
  }

  /** @param isReal Whether there is a container, and not just an image that nothing refers to. */
  containerValues(scan: ImageScan, facts: TargetFacts, isReal: boolean): readonly RowValue[] {
    if (this.#row.over === 'findings') return this.#findingValues(facts);
    if (this.#row.over !== 'containers' || !isReal) return nothing;
    return this.#fact(facts, this.#row, this.#row.value(facts.container, scan));
  }

  imageValues(scan: ImageScan, facts: TargetFacts): readonly RowValue[] {
    if (this.#row.over !== 'images') return nothing;
    return this.#fact(facts, this.#row, this.#row.value(scan));
  }

  scanValues(inventory: ScanInventory, cluster: string): readonly RowValue[] {
    if (this.#row.over !== 'scan') return nothing;
    const value = this.#row.value(inventory);
    if (value === undefined) return nothing;
    const labels = [{ name: 'cluster', value: this.#rules.clean(cluster) }];
    return [{ labels, accumulator: new Sum(value) }];
  }

  unscannedValues(facts: TargetFacts): readonly RowValue[] {
    if (this.#row.over !== 'containers' || this.#row.unscanned !== true) return nothing;
    const scan = { target: { image: facts.image, containers: [facts.container] }, findings: [] };
    return this.#fact(facts, this.#row, this.#row.value(facts.container, scan));
  }

  toSeries({ labels, accumulator }: RowValue): Series {
    return { family: this.family, labels, value: accumulator.value };
  }

  #findingValues(facts: TargetFacts): readonly RowValue[] {
    if (this.#passes !== undefined && !this.#passes(facts)) return nothing;
    return this.#groups.map(({ values, accumulator }) => ({
      labels: this.#labels(facts, values),
      accumulator,
    }));
  }

  #fact(
    facts: TargetFacts,
    { combine }: ContainerRow | ImageRow,
    value: number | undefined,
  ): readonly RowValue[] {
    if (value === undefined) return nothing;
    return [{ labels: this.#labels(facts, noValues), accumulator: combineWith(combine, value) }];
  }

  /** Empty values are left out: to Prometheus a label without a value is no label. */
  #labels(facts: TargetFacts, values: ReadonlyMap<string, string>): Label[] {
    const labels: Label[] = [];
    for (const name of this.#names) {
      const value = isTargetLabel(name) ? targetLabels[name](facts) : (values.get(name) ?? '');
      if (value !== '') labels.push({ name, value: this.#rules.clean(value) });
    }
    return labels;
  }
}

function combineWith(combine: Combine, value: number): Accumulator {
  return combine === 'sum' ? new Sum(value) : new Maximum(value);
}
