import type { Label, Series } from '../../src/metrics/series.ts';
import { labelsOf, SERIES_PER_CONTAINER, valueOf } from './made-series.ts';

const family = {
  name: 'kubescape_vulnerability_findings',
  help: 'Findings of one vulnerability in a container',
  type: 'gauge',
} as const;

/** Labels that are not the same in all series of a container. */
const ofFinding = new Set(['cve', 'fixable', 'severity']);

/**
 * The same series as `makeSeries`, container by container, as the engine hands them on. Labels that
 * come again are the same objects, so that little of what is measured is the making of series.
 */
export function* madeMetricSeries(count: number): Generator<readonly Series[]> {
  const findings = new Map<number, readonly Label[]>();
  for (let start = 0; start < count; start += SERIES_PER_CONTAINER) {
    const container = toLabels(start);
    const end = Math.min(start + SERIES_PER_CONTAINER, count);
    const series: Series[] = [];
    for (let index = start; index < end; index++) {
      const labels = container.slice();
      // Both repeat after so many series, whatever container they are of.
      const key = index % 20_000;
      const own = findings.get(key) ?? toLabels(index).filter(({ name }) => isOfFinding(name));
      findings.set(key, own);
      for (let i = 0; i < own.length; i++) labels[places[i] ?? 0] = own[i] ?? noLabel;
      series.push({ family, labels, value: valueOf(index) });
    }
    yield series;
  }
}

const noLabel: Label = { name: '', value: '' };
const places = toLabels(0).flatMap(({ name }, place) => (isOfFinding(name) ? [place] : []));

function isOfFinding(name: string): boolean {
  return ofFinding.has(name);
}

function toLabels(index: number): Label[] {
  return Object.entries(labelsOf(index))
    .slice(1)
    .map(([name, value]) => ({ name, value }));
}
