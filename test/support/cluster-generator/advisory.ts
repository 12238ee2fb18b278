import type { Severity } from './severity.ts';

/** What is known of one vulnerability, whatever package carries it. */
export interface Advisory {
  readonly id: string;
  /** The GHSA name of a CVE. Scanners match on it, then report the CVE. */
  readonly alias?: string;
  readonly severity: Severity;
  readonly description: string;
  /** Whether the description speaks of running code from afar. Known by whoever wrote it. */
  readonly rce: boolean;
  readonly references: readonly string[];
}

/** What a vendor did about it. `FIXES` says what each one looks like in a manifest. */
export type FixOutcome =
  | 'released'
  | 'released-unversioned'
  | 'pending'
  | 'refused'
  | 'unknown'
  | 'unsaid'
  | 'below-version';

interface FixShape {
  readonly state: string;
  readonly hasVersion: boolean;
  /** By kubevuln's rule: a fix version, the state `fixed`, or a CPE match with an upper bound. */
  readonly fixable: boolean;
}

export const FIXES: Readonly<Record<FixOutcome, FixShape>> = {
  released: { state: 'fixed', hasVersion: true, fixable: true },
  'released-unversioned': { state: 'fixed', hasVersion: false, fixable: true },
  pending: { state: 'not-fixed', hasVersion: false, fixable: false },
  refused: { state: 'wont-fix', hasVersion: false, fixable: false },
  unknown: { state: 'unknown', hasVersion: false, fixable: false },
  unsaid: { state: '', hasVersion: false, fixable: false },
  // Only where the match was made on a CPE: the range itself says that later versions are safe.
  'below-version': { state: 'unknown', hasVersion: false, fixable: true },
};
