/** Severities as Grype and Kubescape spell them, worst first. Reports use this order. */
export const severities = ['Critical', 'High', 'Medium', 'Low', 'Negligible', 'Unknown'] as const;
export type Severity = (typeof severities)[number];

const byLowerCase = new Map(severities.map((severity) => [severity.toLowerCase(), severity]));

/**
 * Parses a severity in upper or lower case. Returns undefined for an unknown word, which callers count as
 * `Unknown` and report. kubevuln itself drops such findings from its counts.
 */
export function parseSeverity(text: string): Severity | undefined {
  return byLowerCase.get(text.toLowerCase());
}
