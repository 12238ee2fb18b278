import type { Series } from '../../src/metrics/series.ts';
import { makeSeries, SERIES_PER_CONTAINER } from './made-series.ts';

const family = {
  name: 'kubescape_vulnerability_findings',
  help: 'Findings of one vulnerability in a container',
  type: 'gauge',
} as const;

/** The same series as `makeSeries`, container by container, as the engine hands them on. */
export function* madeMetricSeries(count: number): Generator<readonly Series[]> {
  for (let start = 0; start < count; start += SERIES_PER_CONTAINER) {
    const size = Math.min(SERIES_PER_CONTAINER, count - start);
    yield makeSeries(size, start).map(({ labels, value }) => ({
      family,
      labels: labels.slice(1),
      value: typeof value === 'number' ? value : 0,
    }));
  }
}
