/** Severities as Grype and Kubescape spell them, worst first: the order of every report. */
export const severities = ['Critical', 'High', 'Medium', 'Low', 'Negligible', 'Unknown'] as const;
export type Severity = (typeof severities)[number];

const byLowerCase = new Map(severities.map((severity) => [severity.toLowerCase(), severity]));

/**
 * Reads a severity whatever its case. `undefined` for a word that is none of the six, which a
 * caller counts as `Unknown` and reports as odd: kubevuln itself would drop it from its counts.
 */
export function parseSeverity(text: string): Severity | undefined {
  return byLowerCase.get(text.toLowerCase());
}
