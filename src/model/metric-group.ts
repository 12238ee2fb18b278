/** Groups of built-in metrics that can be selected. */
export const metricGroups = ['vulnerabilities', 'scans', 'posture'] as const;
export type MetricGroup = (typeof metricGroups)[number];
