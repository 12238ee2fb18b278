import type { Finding } from './finding.ts';
import { EMPTY_MANIFEST_SPEC } from './manifest.ts';
import type { Match, VulnerabilityManifest, VulnerabilityManifestSummary } from './object-types.ts';
import { elementAt } from './random.ts';
import { EMPTY_SUMMARY_SPEC } from './summary.ts';

/** A manifest as a list shows it that was not asked for specs. It says nothing about findings. */
export function metadataOnlyManifest(manifest: VulnerabilityManifest): VulnerabilityManifest {
  return {
    metadata: manifest.metadata,
    spec: EMPTY_MANIFEST_SPEC,
    status: {},
  };
}

/** A summary as a list shows it that was not asked for specs. Its zeros are not results. */
export function metadataOnlySummary(
  summary: VulnerabilityManifestSummary,
): VulnerabilityManifestSummary {
  return { metadata: summary.metadata, spec: EMPTY_SUMMARY_SPEC, status: {} };
}

/** The same object, written once more: a list in pages can show both, and the last one is true. */
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
  // Without versions and match details only the state is left to tell of a fix,
  // and without related records only the finding's own description of code execution.
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

/** A finding whose severity no current scanner would write so, or does not state at all. */
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

/** Changes only the finding at the front, if there is one. */
export function changeFirst(
  findings: readonly Finding[],
  change: (finding: Finding) => Finding,
): readonly Finding[] {
  if (findings.length === 0) return findings;
  return [change(elementAt(findings, 0)), ...findings.slice(1)];
}
