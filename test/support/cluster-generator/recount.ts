import type { Match, VulnerabilityManifest } from './object-types.ts';
import type { Severity } from './severity.ts';
import { SEVERITIES, noCounts } from './severity.ts';
import type { Totals } from './totals.ts';

/**
 * Counts the findings of a manifest from its JSON by the rules of kubevuln and the Kubescape CLI, to
 * verify the generator.
 */
export function recount(manifests: Iterable<VulnerabilityManifest>): Totals {
  const severities = noCounts();
  const grades = new Map<string, readonly Severity[]>();
  const counted = { total: 0, fixable: 0, rce: 0 };
  for (const manifest of manifests) {
    for (const match of manifest.spec.payload.matches ?? []) {
      const severity = severityOf(match);
      const { id } = match.vulnerability;
      grades.set(id, [...new Set([...(grades.get(id) ?? []), severity])]);
      severities[severity]++;
      counted.total++;
      counted.fixable += isFixable(match) ? 1 : 0;
      counted.rce += isRce(match) ? 1 : 0;
    }
  }
  return { ...counted, severities, uniqueIds: grades.size, ...gradesCounted(grades) };
}

function gradesCounted(
  grades: ReadonlyMap<string, readonly Severity[]>,
): Pick<Totals, 'uniqueIdsBySeverity' | 'uniqueIdsByWorstSeverity'> {
  const uniqueIdsBySeverity = noCounts();
  const uniqueIdsByWorstSeverity = noCounts();
  for (const given of grades.values()) {
    for (const severity of given) uniqueIdsBySeverity[severity]++;
    const [worst = 'Unknown'] = given.toSorted(
      (a, b) => SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b),
    );
    uniqueIdsByWorstSeverity[worst]++;
  }
  return { uniqueIdsBySeverity, uniqueIdsByWorstSeverity };
}

function severityOf({ vulnerability }: Match): Severity {
  return SEVERITIES.find((severity) => severity === vulnerability.severity) ?? 'Unknown';
}

function isFixable({ vulnerability, matchDetails }: Match): boolean {
  if ((vulnerability.fix.versions ?? []).length > 0) return true;
  if (vulnerability.fix.state === 'fixed') return true;
  return (matchDetails ?? []).some(
    ({ type, found }) => type === 'cpe-match' && found.versionConstraint.includes('<'),
  );
}

const PHRASES = [
  'remote code execution',
  'remote command execution',
  'arbitrary code',
  'code execution',
  'code injection',
  'command injection',
  'inject arbitrary commands',
] as const;

function isRce({ vulnerability, relatedVulnerabilities }: Match): boolean {
  const own = vulnerability.description ?? '';
  const text = own === '' ? (relatedVulnerabilities?.[0]?.description ?? '') : own;
  if (/\brce\b/i.test(text)) return true;
  const lower = text.toLowerCase();
  return PHRASES.some((phrase) => lower.includes(phrase));
}
