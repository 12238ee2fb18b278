/** Why a report was not used: the values of the label `reason`. */
export const skipReasons = [
  'binary',
  'duplicate',
  'empty',
  'invalid_json',
  'invalid_shape',
  'invalid_yaml',
  'metadata_only',
  'too_deep',
  'too_large',
  'truncated',
  'unknown_kind',
  'unreadable',
  'unscanned',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/**
 * Reasons that a healthy cluster gives too: a stub that says why an image was not scanned, an
 * object that was listed twice. They are counted, but the run is not called incomplete for them.
 */
const harmless: ReadonlySet<SkipReason> = new Set(['duplicate', 'unscanned']);

export interface SkippedReport {
  readonly reason: SkipReason;
  /** Where: a path, with the position inside it where one is known. */
  readonly where: string;
  /** One sentence for a person: what is wrong, and what to do where that is not obvious. */
  readonly message: string;
}

export function isHarmless(reason: SkipReason): boolean {
  return harmless.has(reason);
}
