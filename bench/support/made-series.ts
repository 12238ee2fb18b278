import { createHash } from 'node:crypto';

import type { TimeSeries } from '../../src/remote-write/time-series.ts';

export const SERIES_PER_IMAGE = 450;
/** Distinct findings, from which every image takes some. */
export const FINDINGS = 20_000;
const metadata = { type: 'gauge', help: 'CVSS base score of a vulnerability in an image' } as const;
const severities = ['Critical', 'High', 'Medium', 'Low', 'Negligible'] as const;

/** Series with twelve labels, one for each vulnerability in an image. All names are made up. */
export function makeSeries(count: number): TimeSeries[] {
  return Array.from({ length: count }, (_, index) => ({
    labels: Object.entries(labelsOf(index)).map(([name, value]) => ({ name, value })),
    metadata,
    value: valueOf(index),
    timestampMs: 1_795_000_000_000,
  }));
}

export function valueOf(index: number): number {
  return (findingOf(index) % 101) / 10;
}

/** A number below `FINDINGS`. Images next to each other have different findings. */
export function findingOf(index: number): number {
  return (index * 7919) % FINDINGS;
}

/** In the order of the wire. */
export function labelsOf(index: number): Record<string, string> {
  const image = Math.floor(index / SERIES_PER_IMAGE);
  const finding = findingOf(index);
  const isFixable = finding % 3 > 0;
  const repository = `shop/service-${image % 400}`;
  const digest = createHash('sha256').update(String(image)).digest('hex');
  return {
    __name__: 'kubescape_image_vulnerability',
    cluster: 'production-eu-west-1',
    fixable: String(isFixable),
    fixed_version: isFixable ? `1.${finding % 17}.${finding % 40}-r1` : 'none',
    image: repository,
    image_id: `registry.example.com/${repository}@sha256:${digest}`,
    package: `lib-package-${finding % 900}`,
    package_version: `1.${finding % 17}.${finding % 23}-r0`,
    registry: 'registry.example.com',
    severity: severities[finding % severities.length] ?? 'Unknown',
    tag: `1.${image}.0`,
    vulnerability_id: `CVE-${2015 + (finding % 12)}-${10_000 + finding}`,
  };
}
