import * as z from 'zod';

import type { Finding } from '../model/finding.ts';
import { describesRemoteCodeExecution } from '../model/remote-code-execution.ts';
import { parseSeverity } from '../model/severity.ts';
import { list } from './first-error.ts';
import { isFixable } from './fixable.ts';

const text = z.string().nullish();

// Go encodes a nil slice as null, and other writers encode any missing value as null. Only the fields
// that findings need are declared.
const Cvss = z.object({ metrics: z.object({ baseScore: z.number().nullish() }).nullish() });

const GrypeMatch = z.object({
  vulnerability: z.object({
    id: z.string(),
    severity: text,
    description: text,
    cvss: list(Cvss).nullish(),
    fix: z.object({ versions: list(z.string()).nullish(), state: text }).nullish(),
  }),
  relatedVulnerabilities: list(z.object({ description: text })).nullish(),
  matchDetails: list(z.object({ type: text, found: z.unknown() })).nullish(),
  artifact: z.object({ name: z.string(), version: text, type: text, purl: text }),
});
export type GrypeMatch = z.infer<typeof GrypeMatch>;

/**
 * A Grype document: the payload of a VulnerabilityManifest (storage `v1beta1/grype_types.go`), or the output
 * of `kubescape scan image --format json`.
 */
export const GrypeDocument = z.object({
  matches: list(GrypeMatch).nullish(),
  source: z.object({ type: z.unknown().optional(), target: z.unknown().optional() }).nullish(),
  descriptor: z.object({ db: z.unknown().optional(), timestamp: z.unknown().optional() }).nullish(),
});
export type GrypeDocument = z.infer<typeof GrypeDocument>;

export interface Findings {
  readonly findings: readonly Finding[];
  /** Number of findings with an unknown severity, which count as `Unknown`. */
  readonly unknownSeverities: number;
}

export function readFindings({ matches }: GrypeDocument): Findings {
  let unknownSeverities = 0;
  const findings = (matches ?? []).map((match) => {
    const severity = parseSeverity(match.vulnerability.severity || 'Unknown');
    if (severity === undefined) unknownSeverities++;
    return toFinding(match, severity ?? 'Unknown');
  });
  return { findings, unknownSeverities };
}

function toFinding(match: GrypeMatch, severity: Finding['severity']): Finding {
  const { vulnerability, artifact } = match;
  return {
    id: vulnerability.id,
    severity,
    packageName: artifact.name,
    packageVersion: artifact.version ?? '',
    packageType: artifact.type ?? '',
    packageUrl: artifact.purl ?? '',
    fixedVersion: namedVersions(vulnerability).join(','),
    fixable: isFixable(match),
    remoteCodeExecution: describesRemoteCodeExecution(descriptionOf(match)),
    cvssScore: highestScore(match),
  };
}

/** Empty versions are left out, as in the rule for fixable findings. */
function namedVersions({ fix }: GrypeMatch['vulnerability']): string[] {
  return fix?.versions?.filter((version) => version !== '') ?? [];
}

/** Entries in distributions' databases often lack a description, but the first related vulnerability has one. */
function descriptionOf({ vulnerability, relatedVulnerabilities }: GrypeMatch): string {
  return vulnerability.description || (relatedVulnerabilities?.[0]?.description ?? '');
}

function highestScore({ vulnerability }: GrypeMatch): number {
  let highest = 0;
  // Math.max has a limit on its number of arguments.
  for (const { metrics } of vulnerability.cvss ?? []) {
    highest = Math.max(highest, metrics?.baseScore ?? 0);
  }
  return highest;
}
