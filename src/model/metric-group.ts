/** Groups of built-in metrics that can be selected. */
export const metricGroups = [
  'vulnerabilities',
  'scans',
  'posture',
  'findings',
  'relevancy',
  'cve',
] as const;
export type MetricGroup = (typeof metricGroups)[number];

/** The others repeat these counts with labels, or have a series for each vulnerability. */
export const defaultMetricGroups: readonly MetricGroup[] = ['vulnerabilities', 'scans', 'posture'];
