import { MetricDefinitionError } from '../metric-definition-error.ts';
import type { MetricRow } from '../row.ts';
import { postureRows } from '../tables/posture.ts';
import { scanRows } from '../tables/scans.ts';
import { vulnerabilityRows } from '../tables/vulnerabilities.ts';
import { type CustomMetric, toRow } from './custom-metric.ts';

/** The tables, each under the name that switches it on. */
export const tables = {
  vulnerabilities: vulnerabilityRows,
  scans: scanRows,
  posture: postureRows,
} as const;
export type TableName = keyof typeof tables;

/** Every label that a series of a table can have. */
export const rowLabels: readonly string[] = Object.values(tables).flatMap((rows) =>
  rows.flatMap(({ labels }): readonly string[] => labels),
);

export interface MetricSelection {
  readonly groups: readonly TableName[];
  /** Put before the names of the tables, not before those of the user. */
  readonly prefix: string;
  readonly custom: readonly CustomMetric[];
}

/**
 * The rows to run, with their full names.
 *
 * @throws {MetricDefinitionError} A metric of the user's cannot be, or has a name that is taken.
 */
export function selectRows({ groups, prefix, custom }: MetricSelection): MetricRow[] {
  const builtIn = [...new Set(groups)].flatMap((group) => tables[group]);
  const named = builtIn.map((row) => ({ ...row, name: `${prefix}${row.name}` }));
  const rows: MetricRow[] = [...named, ...custom.map(toRow)];
  const names = new Set<string>();
  for (const { name } of rows) {
    if (names.has(name)) throw new MetricDefinitionError(`there is another metric named ${name}`);
    names.add(name);
  }
  return rows;
}
