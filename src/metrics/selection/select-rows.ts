import type { MetricGroup } from '../../model/metric-group.ts';
import { MetricDefinitionError } from '../metric-definition-error.ts';
import type { MetricRow } from '../row.ts';
import { cveRows, findingRows, relevancyRows } from '../tables/findings.ts';
import { postureRows } from '../tables/posture.ts';
import { scanRows } from '../tables/scans.ts';
import { vulnerabilityRows } from '../tables/vulnerabilities.ts';
import { type CustomMetric, toRow } from './custom-metric.ts';

/** Tables of rows, keyed by the name of their group. */
export const tables = {
  vulnerabilities: vulnerabilityRows,
  scans: scanRows,
  posture: postureRows,
  findings: findingRows,
  relevancy: relevancyRows,
  cve: cveRows,
} as const satisfies Record<MetricGroup, readonly MetricRow[]>;

/** All labels that series of a table can have. */
export const rowLabels: readonly string[] = Object.values(tables).flatMap((rows) =>
  rows.flatMap(({ labels }): readonly string[] => labels),
);

export interface MetricSelection {
  readonly groups: readonly MetricGroup[];
  /** Prefix of the built-in metrics. User-defined metrics do not get it. */
  readonly prefix: string;
  readonly custom: readonly CustomMetric[];
}

/**
 * Returns the rows to evaluate, with full names.
 *
 * @throws {MetricDefinitionError} A user-defined metric is invalid, or its name is already used.
 */
export function selectRows({ groups, prefix, custom }: MetricSelection): MetricRow[] {
  const builtIn = [...new Set(groups)].flatMap((group) => tables[group]);
  const named = builtIn.map((row) => ({ ...row, name: `${prefix}${row.name}` }));
  const rows: MetricRow[] = [...named, ...custom.map(toRow)];
  const names = new Set<string>();
  for (const { name } of rows) {
    if (names.has(name))
      throw new MetricDefinitionError(`two metrics are named ${name}; rename one`);
    names.add(name);
  }
  return rows;
}
