import type { MetricType } from '../time-series.ts';

/** In the order of their numbers in both versions' `MetricType`, from 1; 0 is "not known". */
const metricTypes: readonly MetricType[] = [
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

export const metricTypeNumbers: ReadonlyMap<MetricType, number> = new Map(
  metricTypes.map((type, index) => [type, index + 1]),
);

export function metricTypeOf(number: number): MetricType | undefined {
  return metricTypes[number - 1];
}
