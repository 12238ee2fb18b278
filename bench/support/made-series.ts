import type { TimeSeries } from '../../src/remote-write/time-series.ts';

export const SERIES_PER_CONTAINER = 100;
const metadata = { type: 'gauge', help: 'Findings of one vulnerability in a container' } as const;
const severities = ['Critical', 'High', 'Medium', 'Low', 'Negligible'] as const;

/** Series with eleven labels, as a metric per vulnerability has them; names are made up. */
export function makeSeries(count: number): TimeSeries[] {
  return Array.from({ length: count }, (_, index) => ({
    labels: Object.entries(labelsOf(index)).map(([name, value]) => ({ name, value })),
    metadata,
    value: valueOf(index),
    timestampMs: 1_795_000_000_000,
  }));
}

export function valueOf(index: number): number {
  return 1 + (index % 3);
}

/** In the order of the wire. */
export function labelsOf(index: number): Record<string, string> {
  const container = Math.floor(index / SERIES_PER_CONTAINER);
  const vulnerability = (index * 7919) % 20_000;
  return {
    __name__: 'kubescape_vulnerability_findings',
    cluster: 'production-eu-west-1',
    cve: `CVE-${2015 + (vulnerability % 12)}-${10_000 + vulnerability}`,
    fixable: index % 2 === 0 ? 'true' : 'false',
    image: `shop/service-${container % 400}`,
    name: `container-${container % 7}`,
    namespace: `team-${container % 25}`,
    registry: 'registry.example.com',
    severity: severities[vulnerability % severities.length] ?? 'Unknown',
    workload: `service-${container}`,
    workload_kind: 'Deployment',
  };
}
