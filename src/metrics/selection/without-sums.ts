import type { ResultGroup } from '../../model/result-gap.ts';
import { containerLabels } from '../label-catalogue.ts';
import { holdsAll } from '../row-evaluators/label-maker.ts';
import type { MetricRow } from '../row.ts';

/**
 * Removes the rows that add up results of an incomplete group. Rows about one container stay. Several
 * configuration scans can share all labels, so every row about them is a sum.
 */
export function withoutSums(
  rows: readonly MetricRow[],
  incomplete: ReadonlySet<ResultGroup>,
): readonly MetricRow[] {
  return rows.filter((row) => !isSumOf(row, incomplete));
}

function isSumOf(row: MetricRow, incomplete: ReadonlySet<ResultGroup>): boolean {
  if (row.over === 'scan' && row.needsAllReports !== true) return false;
  if (row.over === 'postures' || row.over === 'frameworks') return incomplete.has('postures');
  return incomplete.has('vulnerabilities') && !holdsAll(row.labels, containerLabels);
}
