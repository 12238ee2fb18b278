import type { Cvss } from './object-types.ts';
import type { Severity } from './severity.ts';

/** Vector, base score, exploitability and impact: consistent sets, one per severity. */
const SCORES: Readonly<Record<Severity, readonly [string, number, number, number] | undefined>> = {
  Critical: ['AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8, 3.9, 5.9],
  High: ['AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', 7.5, 3.9, 3.6],
  Medium: ['AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1, 2.8, 2.7],
  Low: ['AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N', 3.1, 1.6, 1.4],
  Negligible: undefined,
  Unknown: undefined,
};

/** Distribution trackers have no scores, so their matches have null. */
export function cvssOf(severity: Severity): readonly Cvss[] | null {
  const score = SCORES[severity];
  if (score === undefined) return null;

  const [vector, baseScore, exploitabilityScore, impactScore] = score;
  return [
    {
      version: '3.1',
      vector: `CVSS:3.1/${vector}`,
      metrics: { baseScore, exploitabilityScore, impactScore },
      vendorMetadata: { base_severity: severity, status: 'N/A' },
    },
  ];
}
