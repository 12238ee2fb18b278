import type { Severity } from './severity.ts';

/** Facts about a vulnerability that do not depend on the package. */
export interface Advisory {
  readonly id: string;
  /** The GHSA name of a CVE. Scanners match on it, then report the CVE. */
  readonly alias?: string;
  readonly severity: Severity;
  readonly description: string;
  /** Whether the description mentions remote code execution. */
  readonly rce: boolean;
  readonly references: readonly string[];
}

/** State of the fix. `FIXES` has the representation in a manifest. */
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
  // Only for matches by CPE, where the range shows that later versions are not affected.
  'below-version': { state: 'unknown', hasVersion: false, fixable: true },
};
