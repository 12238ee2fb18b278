import type { Accumulator } from './accumulator.ts';
import type { CompiledRow, RowValue } from './compiled-row.ts';
import { labelSetKey } from './label-rules.ts';
import type { Label, Series } from './series.ts';

interface Group {
  readonly labels: readonly Label[];
  readonly accumulator: Accumulator;
}

/** Values that wait for others of the same row and label set. */
export class LabelSetGroups {
  readonly #rows = new Map<CompiledRow, Map<string, Group>>();

  /** Whether the label set was there already. */
  merge(row: CompiledRow, { labels, accumulator }: RowValue): boolean {
    const groups = this.#rows.get(row) ?? new Map<string, Group>();
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
      for (const { labels, accumulator } of groups.values()) {
        out.push({ family: row.family, labels, value: accumulator.value });
      }
    }
    this.#rows.clear();
  }
}
