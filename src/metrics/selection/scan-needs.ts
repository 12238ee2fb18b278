import type { MetricRow } from '../row.ts';

/** Scan data that rows need. No other data has to be read. */
export interface ScanNeeds {
  /** Images with their findings and containers. */
  readonly vulnerabilities: boolean;
  /** Findings in packages that each container loaded at run time. */
  readonly relevance: boolean;
  /** Configuration scans. */
  readonly postures: boolean;
}

export function scanNeedsOf(rows: readonly MetricRow[]): ScanNeeds {
  return {
    vulnerabilities: rows.some(({ over }) => over !== 'postures' && over !== 'frameworks'),
    relevance: rows.some((row) => row.over === 'findings' && row.where?.relevant !== undefined),
    postures: rows.some((row) => row.over === 'postures' && row.isIncidental !== true),
  };
}
