import type { MetricRow } from '../row.ts';
import type { CompiledRow, RowContext } from './compiled-row.ts';
import { compileContainerRow } from './container-row.ts';
import { compileFindingRow } from './finding-row.ts';
import { compileFrameworkRow } from './framework-row.ts';
import { compileImageRow } from './image-row.ts';
import { compilePostureRow } from './posture-row.ts';
import { compileScanRow } from './scan-row.ts';

/** Prepares the rows that this process can evaluate. */
export function compileRows(rows: readonly MetricRow[], context: RowContext): CompiledRow[] {
  return rows
    .filter((row) => context.shard === undefined || !needsWholeCluster(row))
    .map((row) => compileRow(row, context));
}

function needsWholeCluster(row: MetricRow): boolean {
  return row.over === 'findings' && row.needsWholeCluster === true;
}

function compileRow(row: MetricRow, context: RowContext): CompiledRow {
  switch (row.over) {
    case 'findings':
      return compileFindingRow(row, context);
    case 'containers':
      return compileContainerRow(row, context);
    case 'images':
      return compileImageRow(row, context);
    case 'postures':
      return compilePostureRow(row, context);
    case 'frameworks':
      return compileFrameworkRow(row, context);
    case 'scan':
      return compileScanRow(row, context);
    default:
      return row satisfies never;
  }
}
