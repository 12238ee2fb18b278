import type { MetricRow } from '../row.ts';

/** What rows are made of: nothing else needs to be read for them. */
export interface ScanNeeds {
  /** Images, their findings, and the containers that run them. */
  readonly vulnerabilities: boolean;
  /** What each container loaded at run time. */
  readonly relevance: boolean;
  /** Configuration scans. */
  readonly postures: boolean;
}

export function scanNeedsOf(rows: readonly MetricRow[]): ScanNeeds {
  return {
    vulnerabilities: rows.some(({ over }) => over !== 'postures'),
    relevance: rows.some((row) => row.over === 'findings' && row.where?.relevant !== undefined),
    postures: rows.some((row) => row.over === 'postures' && row.isIncidental !== true),
  };
}
