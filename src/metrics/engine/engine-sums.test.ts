import fc from 'fast-check';
import { expect, it } from 'vitest';

import { container, finding, imageScan } from '../../../test/support/scan-results/scans.ts';
import type { ImageScan } from '../../model/image-scan.ts';
import { severities } from '../../model/severity.ts';
import { containerLabels, imageLabels } from '../label-catalogue.ts';
import type { FindingRow, MetricRow } from '../row.ts';
import type { Series } from '../series.ts';
import { scanRows } from '../tables/scans.ts';
import { Engine } from './engine.ts';

type Fate = 'read' | 'unreadable' | 'dangling' | 'unscanned';

interface Input {
  readonly scans: readonly { readonly scan: ImageScan; readonly fate: Fate }[];
  /** The limit is so short that most labels are truncated, or long enough for all labels. */
  readonly maxLabelValueBytes: number;
}

it('leaves out the same containers in series of containers, images, namespaces and the cluster', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const series = run(input);
      const total = sumOf(series, 'of_cluster');

      for (const name of ['of_containers', 'of_findings', 'of_images', 'of_namespaces']) {
        expect(sumOf(series, name)).toBe(total);
      }
      const ids = new Set(valuesOf(series, 'of_findings', 'vulnerability_id'));
      expect(sumOf(series, 'ids')).toBe(ids.size);
      expect(sumOf(series, 'scanned_containers')).toBe(sumOf(series, 'containers'));
      expect(sumOf(series, 'worst')).toBe(Math.max(0, ...valuesIn(series, 'worst_of_containers')));
    }),
  );
});

it('never sends two values with the same labels', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const keys = run(input).map(({ family, labels }) => family.name + JSON.stringify(labels));

      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

it('merges findings whose labels are equal after truncation', () => {
  const findings = ['libssl3', 'libssl-dev', 'curl'].map((packageName) => finding({ packageName }));
  const row: FindingRow = {
    ...count,
    name: 'x',
    labels: [...containerLabels, 'package'],
  };

  const series = run(
    { scans: [{ scan: imageScan({ findings }), fate: 'read' }], maxLabelValueBytes: 6 },
    [row],
  );

  expect(valuesOf(series, 'x', 'package')).toEqual(['libssl', 'curl']);
  expect(valuesIn(series, 'x')).toEqual([2, 1]);
});

it('counts an image with several names once, and has series for each name', () => {
  const names = ['shop/api:1.0', 'shop/api:stable', 'quay.io/mirror/api:1.0'].map((reference) =>
    imageScan({ reference, containers: [], findings: [finding()] }),
  );
  const images = names.map(({ target }) => target.image);
  const scans = names.map((scan) => ({
    scan: { ...scan, target: { ...scan.target, names: images } },
    fate: 'read' as const,
  }));
  const perRepository: FindingRow = { ...count, name: 'of_repositories', labels: ['image'] };
  const stable: FindingRow = { ...count, name: 'stable', where: { tag: { in: ['stable'] } } };

  const series = run({ scans, maxLabelValueBytes: 1024 }, [...rows, perRepository, stable]);

  expect(sumOf(series, 'of_cluster')).toBe(1);
  expect(sumOf(series, 'scanned_images')).toBe(1);
  expect(valuesOf(series, 'of_containers', 'tag')).toEqual(['1.0', 'stable', '1.0']);
  expect(valuesIn(series, 'of_containers')).toEqual([1, 1, 1]);
  expect(valuesIn(series, 'of_repositories')).toEqual([1, 1]);
  expect(valuesIn(series, 'stable')).toEqual([1]);
});

const count: FindingRow = {
  name: 'of_cluster',
  help: 'h',
  over: 'findings',
  labels: ['cluster'],
  value: 'count',
};

const rows: readonly MetricRow[] = [
  count,
  { ...count, name: 'of_containers', labels: containerLabels },
  { ...count, name: 'of_findings', labels: [...containerLabels, 'package', 'vulnerability_id'] },
  { ...count, name: 'of_images', labels: imageLabels },
  { ...count, name: 'of_namespaces', labels: ['cluster', 'namespace'] },
  { ...count, name: 'ids', value: 'unique' },
  { ...count, name: 'worst', value: 'max_cvss' },
  { ...count, name: 'worst_of_containers', labels: containerLabels, value: 'max_cvss' },
  {
    name: 'containers',
    help: 'h',
    over: 'containers',
    labels: containerLabels,
    combine: 'sum',
    value: () => 1,
  },
  ...scanRows,
];

const anyFinding = fc
  .record({
    id: fc.constantFrom('A', 'B', 'C'),
    severity: fc.constantFrom(...severities),
    packageName: fc.constantFrom('libssl3', 'libssl-dev', 'a\uD800', 'a\uDFFF', 'zlib'),
    cvssScore: fc.integer({ min: 1, max: 10 }),
  })
  .map(finding);
const anyContainer = fc
  .record({
    namespace: fc.constantFrom('a', 'payments-eu', 'payments-us'),
    name: fc.constantFrom('x', 'sidecar-1', 'sidecar-2'),
  })
  .map(container);
const anyScan = fc
  .record({
    reference: fc.constantFrom('nginx:1', 'nginx:1.25.3-alpine', 'nginx:1.25.3-bookworm'),
    containers: fc.array(anyContainer, { minLength: 1, maxLength: 3 }),
    indexes: fc.array(fc.nat(), { maxLength: 5 }),
  })
  .map(({ indexes, ...parts }) => ({ ...imageScan(parts), indexes }));
const anyFate = fc.constantFrom<Fate>(
  'read',
  'read',
  'read',
  'unreadable',
  'dangling',
  'unscanned',
);
const anyInput: fc.Arbitrary<Input> = fc
  .record({
    all: fc.array(anyFinding, { minLength: 1, maxLength: 6 }),
    scans: fc.array(fc.record({ scan: anyScan, fate: anyFate }), { maxLength: 8 }),
    maxLabelValueBytes: fc.constantFrom(6, 1024),
  })
  .map(({ all, scans, maxLabelValueBytes }) => ({
    maxLabelValueBytes,
    scans: scans.map(({ scan: { indexes, ...scan }, fate }) => {
      const shared = { all, indexes: Uint32Array.from(indexes, (index) => index % all.length) };
      const findings = Array.from(shared.indexes, (index) => all[index] ?? finding());
      return { scan: { ...scan, findings, shared }, fate };
    }),
  }));

function run({ scans, maxLabelValueBytes }: Input, of = rows): Series[] {
  function targetsOf(...fates: readonly Fate[]) {
    return scans.filter(({ fate }) => fates.includes(fate)).map(({ scan }) => scan.target);
  }
  const engine = new Engine({
    rows: of,
    cluster: 'c',
    maxLabelValueBytes,
    inventory: {
      clusters: [],
      targets: targetsOf('read', 'unreadable'),
      unscanned: targetsOf('unscanned'),
      dangling: targetsOf('dangling'),
      danglingReferences: 0,
    },
  });
  const read = scans.filter(({ fate }) => fate === 'read');
  return [...read.flatMap(({ scan }) => engine.add(scan)), ...engine.finish()];
}

function valuesIn(series: readonly Series[], name: string): number[] {
  return series.filter(({ family }) => family.name === name).map(({ value }) => value);
}

function sumOf(series: readonly Series[], name: string): number {
  return valuesIn(series, name).reduce((sum, value) => sum + value, 0);
}

function valuesOf(series: readonly Series[], name: string, label: string): (string | undefined)[] {
  return series
    .filter(({ family }) => family.name === name)
    .map(({ labels }) => labels.find((one) => one.name === label)?.value);
}
