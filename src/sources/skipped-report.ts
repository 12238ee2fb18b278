/** Why a report was not used: the values of the label `reason`. */
export const skipReasons = [
  'binary',
  'duplicate',
  'empty',
  'invalid_json',
  'invalid_shape',
  'invalid_yaml',
  'metadata_only',
  'odd_severity',
  'stub',
  'too_deep',
  'too_large',
  'truncated',
  'unknown_kind',
  'unreadable',
  'unscanned',
  'vanished',
  'zero_valued',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/**
 * Reasons that a healthy cluster gives too: a stub that says why an image was not scanned, an
 * object that was listed twice, one that was deleted meanwhile, a severity in a spelling that
 * Kubescape does not know. They are counted, but a run is not
 * called incomplete for them, unless it is a strict one.
 */
const harmless: ReadonlySet<SkipReason> = new Set([
  'duplicate',
  'odd_severity',
  'stub',
  'unscanned',
  'vanished',
  'zero_valued',
]);

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

/**
 * Whether a report of which nobody can say what it is about was there, and could not be read: it is
 * harmless, but the series that it would have given must not be taken for ended.
 */
export function isNameless(reason: SkipReason): boolean {
  return reason === 'zero_valued';
}

export function describeOddSeverities(count: number): string {
  return `${count} findings have a severity that is none of the six, and count as Unknown`;
}
