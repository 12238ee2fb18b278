import * as z from 'zod';

import type { Finding } from '../model/finding.ts';
import { parseSeverity } from '../model/severity.ts';
import { dictionary, list } from './first-error.ts';

/** Far more than all images of any cluster have. */
const MAX_FINDINGS = 1_000_000;

const Count = z
  .int()
  .min(0)
  .nullish()
  .transform((count) => count ?? 0);

/** The number of vulnerabilities that `kubescape scan --scan-images` counted in all images together. */
export const ReportedImages = z
  .object({
    mapsSeverityToSummary: dictionary(
      z.object({ numberOfCVEs: Count, numberOfFixableCVEs: Count }),
    ).nullish(),
    images: list(z.string()).nullish(),
  })
  .refine(({ mapsSeverityToSummary: counts }) => sumOf(counts ?? {}) <= MAX_FINDINGS, {
    error: `must count at most ${MAX_FINDINGS} vulnerabilities`,
  });
export type ReportedVulnerabilities = z.infer<typeof ReportedImages>;

/**
 * Returns one finding for each counted vulnerability. Only the severity is known, and whether there is a
 * fix.
 */
export function toCountedFindings({ mapsSeverityToSummary }: ReportedVulnerabilities): Finding[] {
  return Object.entries(mapsSeverityToSummary ?? {}).flatMap(([stated, counts]) => {
    const severity = parseSeverity(stated) ?? 'Unknown';
    const fixable = Math.min(counts.numberOfFixableCVEs, counts.numberOfCVEs);
    return [
      ...repeat({ ...unknownFinding, severity, fixable: true }, fixable),
      ...repeat({ ...unknownFinding, severity }, counts.numberOfCVEs - fixable),
    ];
  });
}

function repeat(finding: Finding, length: number): Finding[] {
  return Array.from({ length }, () => finding);
}

function sumOf(counts: Readonly<Record<string, { readonly numberOfCVEs: number }>>): number {
  return Object.values(counts).reduce((sum, { numberOfCVEs }) => sum + numberOfCVEs, 0);
}

const unknownFinding = {
  id: '',
  packageName: '',
  packageVersion: '',
  packageType: '',
  packageUrl: '',
  fixedVersion: '',
  fixable: false,
  remoteCodeExecution: false,
  cvssScore: 0,
} as const;
