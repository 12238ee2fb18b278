import type { Finding } from '../model/finding.ts';
import { severities } from '../model/severity.ts';
import { type Accumulator, Distinct, Maximum, Sum } from './accumulator.ts';
import { type FindingLabel, findingLabels, isFindingLabel } from './label-catalogue.ts';
import type { FindingRow } from './row.ts';
import { findingTest } from './where.ts';

/** Findings of one image that have the same values for a row's finding labels. */
export interface FindingGroup {
  /** In the order of the row's finding labels. */
  readonly values: readonly string[];
  readonly accumulator: Accumulator;
}

/** Groups the findings of one image for one row. */
export type FoldFindings = (findings: readonly Finding[]) => readonly FindingGroup[];

/**
 * Prepares the grouping for a row. If all possible values of its finding labels are known, each combination
 * gets a group, so that a count drops to 0 after a fix instead of disappearing.
 */
export function prepareFold(row: FindingRow): FoldFindings {
  const names = row.labels.filter(isFindingLabel);
  const test = findingTest(row.where ?? {});
  const take = folds[row.value];
  return (findings) => {
    const groups = new Map<string, FindingGroup>();
    for (const values of knownValues(names)) openGroup(groups, values, row);
    // Most rows have no finding labels, so all findings share one group.
    const only = names.length === 0 ? groups.get('') : undefined;
    for (const finding of findings) {
      if (test !== undefined && !test(finding)) continue;
      const values = only === undefined ? names.map((name) => findingLabels[name](finding)) : [];
      take(only ?? openGroup(groups, values, row), finding);
    }
    return [...groups.values()];
  };
}

/** Creates the only group of a row without finding labels, which is the common case. */
export function ungrouped(accumulator: Accumulator): readonly FindingGroup[] {
  return [{ values: [], accumulator }];
}

const folds = {
  count: ({ accumulator }: FindingGroup) => accumulator.merge(oneFinding),
  unique: ({ accumulator }: FindingGroup, { id }: Finding) => {
    if (accumulator instanceof Distinct) accumulator.add(id);
  },
  max_cvss: ({ accumulator }: FindingGroup, { cvssScore }: Finding) =>
    accumulator.merge(new Maximum(cvssScore)),
} as const;

const oneFinding = new Sum(1);

function openGroup(
  groups: Map<string, FindingGroup>,
  values: readonly string[],
  row: FindingRow,
): FindingGroup {
  const key = values.map((value) => `${value.length}:${value}`).join('');
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group = { values, accumulator: createAccumulator(row) };
  groups.set(key, group);
  return group;
}

export function createAccumulator({ value }: Pick<FindingRow, 'value'>): Accumulator {
  if (value === 'unique') return new Distinct();
  return value === 'count' ? new Sum() : new Maximum();
}

const everyValue: Readonly<Partial<Record<FindingLabel, readonly string[]>>> = {
  severity: severities,
  fixable: ['true', 'false'],
  rce: ['true', 'false'],
};

/** Returns every combination of values, or none if the values of a label are not known in advance. */
function knownValues(names: readonly FindingLabel[]): readonly (readonly string[])[] {
  let combinations: readonly (readonly string[])[] = [[]];
  for (const name of names) {
    const values = everyValue[name] ?? [];
    combinations = combinations.flatMap((some) => values.map((value) => [...some, value]));
  }
  return combinations;
}
