import type { MetricType } from '../time-series.ts';

/** In the order of `MetricType`, which both versions share, starting at 0. */
const metricTypes: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

export const metricTypeNumbers: ReadonlyMap<MetricType, number> = new Map(
  metricTypes.map((type, index) => [type, index]),
);

export function metricTypeOf(number: number): MetricType {
  return metricTypes[number] ?? 'unknown';
}
