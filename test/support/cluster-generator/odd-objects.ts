import type { Finding } from './finding.ts';
import { EMPTY_MANIFEST_SPEC } from './manifest.ts';
import type { Match, VulnerabilityManifest, VulnerabilityManifestSummary } from './object-types.ts';
import { elementAt } from './random.ts';
import { EMPTY_SUMMARY_SPEC } from './summary.ts';

/** A manifest from a list without specs. */
export function metadataOnlyManifest(manifest: VulnerabilityManifest): VulnerabilityManifest {
  return {
    metadata: manifest.metadata,
    spec: EMPTY_MANIFEST_SPEC,
    status: {},
  };
}

/** A summary from a list without specs. Its zeros are not results. */
export function metadataOnlySummary(
  summary: VulnerabilityManifestSummary,
): VulnerabilityManifestSummary {
  return { metadata: summary.metadata, spec: EMPTY_SUMMARY_SPEC, status: {} };
}

/** The same object after another write. Pages of a list may contain both, and the last one counts. */
export function rewritten<T extends VulnerabilityManifest | VulnerabilityManifestSummary>(
  object: T,
): T {
  return { ...object, metadata: { ...object.metadata, resourceVersion: '2' } };
}

/** A finding in which every list that may be null is null. */
export function withNullLists({ match, facts }: Finding): Finding {
  const { vulnerability, artifact } = match;
  const bare: Match = {
    vulnerability: {
      ...vulnerability,
      urls: null,
      cvss: null,
      fix: { versions: null, state: vulnerability.fix.state },
      advisories: null,
    },
    relatedVulnerabilities: null,
    matchDetails: null,
    artifact: { ...artifact, locations: null, licenses: null, cpes: null, upstreams: null },
  };
  // Without versions and match details, only the state shows a fix. Without related records, only
  // the finding's own description mentions code execution.
  return {
    match: bare,
    facts: {
      ...facts,
      fixable: vulnerability.fix.state === 'fixed',
      rce: facts.rce && vulnerability.description !== undefined,
    },
  };
}

const UNKNOWN_SPELLINGS = ['Moderate', 'Important', undefined] as const;

/** A finding with an unknown or missing severity. */
export function withUnknownSeverity({ match, facts }: Finding, index: number): Finding {
  const { severity: _dropped, ...vulnerability } = match.vulnerability;
  const spelling = UNKNOWN_SPELLINGS[index % UNKNOWN_SPELLINGS.length];
  return {
    match: {
      ...match,
      vulnerability: {
        ...vulnerability,
        ...(spelling === undefined ? {} : { severity: spelling }),
      },
    },
    facts: { ...facts, severity: 'Unknown', counted: false },
  };
}

/** Changes the first finding, if any. */
export function changeFirst(
  findings: readonly Finding[],
  change: (finding: Finding) => Finding,
): readonly Finding[] {
  if (findings.length === 0) return findings;
  return [change(elementAt(findings, 0)), ...findings.slice(1)];
}
