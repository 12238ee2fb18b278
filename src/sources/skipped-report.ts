/** Reasons for skipping a report: the values of the label `reason`. */
export const skipReasons = [
  'binary',
  'deleted',
  'duplicate',
  'empty',
  'empty_framework',
  'invalid_json',
  'invalid_shape',
  'invalid_yaml',
  'metadata_only',
  'no_controls',
  'stale_details',
  'stub',
  'too_deep',
  'too_large',
  'truncated',
  'unknown_kind',
  'unknown_severity',
  'unread_file',
  'unreadable',
  'unscanned',
  'zero_valued',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** Reasons that also occur in healthy clusters. They make a run incomplete only if it is strict. */
const harmless: ReadonlySet<SkipReason> = new Set([
  'deleted',
  'duplicate',
  'empty_framework',
  'no_controls',
  'stale_details',
  'stub',
  'unknown_severity',
  'unscanned',
  'zero_valued',
]);

export interface SkippedReport {
  readonly reason: SkipReason;
  /** A path or object name, with the position inside it if known. */
  readonly where: string;
  /** One sentence: what is wrong, and what to do about it unless that is obvious. */
  readonly message: string;
  /**
   * Whether all series are complete without the report, because its last content is used or it never had
   * any.
   */
  readonly isCovered?: boolean;
  /** Whether the previous run reported the same problem, so that it need not be logged again. */
  readonly isKnown?: boolean;
}

export function isHarmless(reason: SkipReason): boolean {
  return harmless.has(reason);
}

/**
 * Whether it is unknown which object the report describes. Such a report is harmless, but series
 * that are missing in this run must not end, because the report may be about their object.
 */
export function hasUnknownSubject(reason: SkipReason): boolean {
  return reason === 'zero_valued';
}

export const WITHOUT_CONTROLS =
  'the report lists no controls, so it is unknown which controls its resource fails; the resource is left out';

export const OLDER_THAN_SUMMARY =
  'the report is older than its WorkloadConfigurationScanSummary, which is used instead; fixed controls may still count as failed';

/** Reasons that never concern a scan result that an earlier run has read. */
const unrelated: ReadonlySet<SkipReason> = new Set([...harmless, 'unknown_kind']);

/** Whether an earlier run may have read the report, so that sums without it would be too low. */
export function mayHideResults({ reason, isCovered = false }: SkippedReport): boolean {
  return !isCovered && !unrelated.has(reason);
}

export function describeUnknownSeverities(count: number): string {
  return `${count} findings have an unknown severity and count as Unknown`;
}
