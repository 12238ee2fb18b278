import { labelSetKey } from '../label-value-limiter.ts';
import { type CompiledRow, type RowValue, toSeries } from '../row-evaluators/compiled-row.ts';
import type { MetricFamily, Series } from '../series.ts';

/** Collects values and combines those with the same row and label set. */
export class LabelSetGroups {
  readonly #rows = new Map<CompiledRow, Map<string, RowValue>>();

  /** Returns whether the label set already existed. */
  merge(row: CompiledRow, { labels, accumulator }: RowValue): boolean {
    const groups = this.#rows.get(row) ?? new Map<string, RowValue>();
    this.#rows.set(row, groups);
    const key = labelSetKey(labels);
    const known = groups.get(key);
    const group = known ?? { labels, accumulator: row.createAccumulator() };
    group.accumulator.merge(accumulator);
    groups.set(key, group);
    return known !== undefined;
  }

  /** Returns the number of values that were added to others with the same labels. */
  mergeAll(row: CompiledRow, values: readonly RowValue[] = []): number {
    let merged = 0;
    for (const value of values) merged += this.merge(row, value) ? 1 : 0;
    return merged;
  }

  /** Yields one series per label set, row by row, and clears the groups. */
  drain(out: Series[], isLeftOut: (family: MetricFamily) => boolean = () => false): void {
    for (const [row, groups] of this.#rows) {
      if (isLeftOut(row.family)) continue;
      for (const value of groups.values()) out.push(toSeries(row, value));
    }
    this.#rows.clear();
  }

  /** Moves all values to the other groups. */
  moveTo(other: LabelSetGroups, isLeftOut: (family: MetricFamily) => boolean): void {
    for (const [row, groups] of this.#rows) {
      if (!isLeftOut(row.family)) other.mergeAll(row, [...groups.values()]);
    }
    this.#rows.clear();
  }
}
