import { labelSetKey } from '../label-value-limiter.ts';
import { type CompiledRow, type RowValue, toSeries } from '../row-evaluators/compiled-row.ts';
import type { Series } from '../series.ts';

/** Values that wait for others of the same row and label set. */
export class LabelSetGroups {
  readonly #rows = new Map<CompiledRow, Map<string, RowValue>>();

  /** Whether the label set was there already. */
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

  /** Gives one series for each label set, row by row, and forgets them. */
  drain(out: Series[]): void {
    for (const [row, groups] of this.#rows) {
      for (const value of groups.values()) out.push(toSeries(row, value));
    }
    this.#rows.clear();
  }
}
