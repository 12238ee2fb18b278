import type { MetricType } from '../time-series.ts';

/** The position of each type is its number on the wire, which is the same in both protocol versions. */
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
