import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { renderText } from '../../../test/support/metrics/render-text.ts';
import { container, finding, imageScan } from '../../../test/support/scan-results/scans.ts';
import type { ImageScan, ScanTarget } from '../../model/image-scan.ts';
import { severities } from '../../model/severity.ts';
import { containerLabels, type FindingLabel, imageLabels } from '../label-catalogue.ts';
import type { FindingRow, MetricRow } from '../row.ts';
import { selectRows } from '../selection/select-rows.ts';
import type { Series } from '../series.ts';
import { Engine } from './engine.ts';

const count: FindingRow = {
  name: 'findings',
  help: 'Findings',
  over: 'findings',
  labels: containerLabels,
  value: 'count',
};

describe('Engine', () => {
  it('emits series of distinct containers with their image, and cluster series at the end', () => {
    const scans = [imageScan({ findings: [finding()] }), imageScan({ reference: 'redis:7' })];
    const engine = engineOf([count, { ...count, name: 'all', labels: ['cluster'] }], scans);

    const added = scans.map((scan) => engine.add(scan));

    expect(added.map(summarise)).toEqual([['findings 1'], ['findings 0']]);
    expect(summarise(engine.finish())).toEqual(['all 1']);
    expect(engine.statistics).toEqual({ series: 3, merged: 0, truncatedValues: 0 });
  });

  it('sums containers with the same labels once all of them are read', () => {
    const twins = [
      imageScan({ containers: [], findings: [finding(), finding()] }),
      imageScan({ containers: [], findings: [finding()] }),
    ];
    const engine = engineOf([count], twins);

    expect(twins.map((scan) => summarise(engine.add(scan)))).toEqual([[], ['findings 3']]);
    expect(engine.finish()).toEqual([]);
    expect(engine.statistics).toMatchObject({ series: 1, merged: 1 });
  });

  it('withholds a label set if one of its images could not be read', () => {
    const [first, second] = [imageScan({ containers: [] }), imageScan({ containers: [] })];
    const engine = engineOf([count], [first, second]);

    expect([...engine.add(first), ...engine.finish()]).toEqual([]);
  });

  it('withholds a label set if the findings of one of its containers are missing', () => {
    const [first, gone] = [imageScan({ findings: [finding()] }), imageScan({})];
    const other = imageScan({ reference: 'redis:7' });
    const engine = engineOf([count], [first, other], [gone.target]);

    expect(summarise(engine.add(first))).toEqual([]);
    expect(summarise(engine.add(other))).toEqual(['findings 0']);
    expect(engine.finish()).toEqual([]);
  });

  it('counts distinct IDs once across containers and packages', () => {
    const scans = [
      imageScan({
        containers: [container(), container({ namespace: 'other' })],
        findings: [finding({ id: 'A' }), finding({ id: 'A', packageName: 'zlib' })],
      }),
      imageScan({ reference: 'redis:7', findings: [finding({ id: 'A' }), finding({ id: 'B' })] }),
    ];
    const unique: FindingRow = { ...count, name: 'ids', labels: ['cluster'], value: 'unique' };

    expect(renderText({ rows: [unique], scans })).toContain('ids{cluster="c"} 2\n');
  });

  it('groups by a subset of the labels and filters findings and containers', () => {
    const scans = [
      imageScan({
        containers: [container(), container({ namespace: 'kube-system' })],
        findings: [
          finding({ severity: 'Critical', fixable: true, cvssScore: 9.8 }),
          finding({ severity: 'Critical', cvssScore: 10 }),
          finding({ severity: 'Low', fixable: true }),
        ],
      }),
    ];
    const rows = selectRows({
      groups: [],
      prefix: 'kubescape_',
      custom: [
        {
          name: 'fixable_criticals',
          help: 'Fixable criticals',
          labels: ['cluster', 'namespace'],
          where: {
            severity: { in: ['Critical'] },
            fixable: true,
            namespace: { not: ['kube-system'] },
          },
          value: 'count',
        },
        {
          name: 'worst',
          help: 'Worst score',
          labels: ['cluster', 'namespace'],
          where: { namespace: { matches: 'kube-.*' } },
          value: 'max_cvss',
        },
        {
          name: 'by_severity',
          help: 'By severity',
          labels: ['cluster', 'severity'],
          where: {},
          value: 'count',
        },
      ],
    });

    expect(
      renderText({ rows, scans })
        .split('\n')
        .filter((line) => !line.startsWith('#')),
    ).toEqual([
      'fixable_criticals{cluster="c",namespace="shop"} 1',
      'worst{cluster="c",namespace="kube-system"} 10',
      'by_severity{cluster="c",severity="Critical"} 4',
      'by_severity{cluster="c",severity="High"} 0',
      'by_severity{cluster="c",severity="Medium"} 0',
      'by_severity{cluster="c",severity="Low"} 2',
      'by_severity{cluster="c",severity="Negligible"} 0',
      'by_severity{cluster="c",severity="Unknown"} 0',
      '',
    ]);
  });

  it('emits series of an image with the image, unless another image has the same labels', () => {
    const nginx = imageScan({ findings: [finding()], containers: [container({ name: 'a' })] });
    const redis = imageScan({ reference: 'redis:7', findings: [finding(), finding({ id: 'B' })] });
    const engine = engineOf([perImage('x')], [nginx, redis, nginx]);

    expect(summarise(engine.add(redis))).toEqual(['x 2']);
    expect(engine.add(nginx)).toEqual([]);
    expect(engine.add(nginx)).toEqual([]);
    expect(summarise(engine.finish())).toEqual(['x 2']);
  });

  it('always has values per container and image that add up to the cluster, without duplicate label sets', () => {
    const rows: readonly MetricRow[] = [
      ...selectRows({ groups: ['vulnerabilities', 'scans', 'findings'], prefix: '', custom: [] }),
      perImage('image_vulnerabilities', ['severity']),
      perImage('image_vulnerability', ['vulnerability_id', 'severity', 'fixable', 'rce']),
    ];
    fc.assert(
      fc.property(fc.array(anyScan, { maxLength: 8 }), (scans) => {
        const engine = engineOf(rows, scans);
        const series = [...scans.flatMap((scan) => engine.add(scan)), ...engine.finish()];
        for (const name of ['critical', 'fixable', 'rce', 'unknown']) {
          const total = sumOf(series, `total_${name}_vulnerabilities`);
          expect(sumOf(series, `${name}_vulnerabilities`)).toBe(total);
        }
        const total = sumOf(series, 'total_vulnerabilities');
        for (const name of ['image_vulnerabilities', 'findings', 'total_findings']) {
          expect(sumOf(series, name)).toBe(total);
        }
        expect(sumOf(series, 'image_vulnerability')).toBe(total);
        const keys = series.map(({ family, labels }) => family.name + JSON.stringify(labels));
        expect(new Set(keys).size).toBe(keys.length);
        for (const { labels } of series) {
          const names = labels.map(({ name }) => name);
          expect(names).toEqual(names.toSorted());
          expect(labels.every(({ value }) => value !== '')).toBe(true);
        }
      }),
    );
  });
});

describe('selectRows', () => {
  const custom = { name: 'x', help: 'x', labels: ['cluster'], where: {}, value: 'count' } as const;

  it.each`
    what                             | metric                                                    | message
    ${'an unknown label'}            | ${{ ...custom, labels: ['cluster', 'toString'] }}         | ${'metric x: unknown label "toString"'}
    ${'no cluster label'}            | ${{ ...custom, labels: ['namespace'] }}                   | ${'metric x: labels must include cluster'}
    ${'a label twice'}               | ${{ ...custom, labels: ['cluster', 'cluster'] }}          | ${'metric x: a label is listed twice'}
    ${'an invalid pattern'}          | ${{ ...custom, where: { id: { matches: '(' } } }}         | ${/metric x: "\(" is not a valid RE2 pattern/}
    ${'a name that is already used'} | ${{ ...custom, name: 'kubescape_total_vulnerabilities' }} | ${'two metrics are named kubescape_total_vulnerabilities'}
  `('rejects $what', ({ metric, message }: { metric: typeof custom; message: string | RegExp }) => {
    const selection = {
      groups: ['vulnerabilities'],
      prefix: 'kubescape_',
      custom: [metric],
    } as const;
    expect(() => selectRows(selection)).toThrow(message);
  });

  it('adds the prefix to built-in metrics only', () => {
    const names = selectRows({ groups: ['scans'], prefix: 'p_', custom: [custom] }).map(
      (row) => row.name,
    );

    expect(names).toContain('p_scanned_images');
    expect(names).toContain('x');
  });
});

const anyFinding = fc
  .record({
    id: fc.constantFrom('A', 'B', 'C'),
    severity: fc.constantFrom(...severities),
    fixable: fc.boolean(),
    remoteCodeExecution: fc.boolean(),
  })
  .map(finding);
const anyContainer = fc
  .record({ namespace: fc.constantFrom('a', 'b', ''), name: fc.constantFrom('x', 'y') })
  .map(container);
const anyScan = fc
  .record({
    reference: fc.constantFrom('nginx:1', 'redis:7', 'quay.io/a/b:1'),
    containers: fc.array(anyContainer, { maxLength: 3 }),
    findings: fc.array(anyFinding, { maxLength: 5 }),
  })
  .map(imageScan);

function engineOf(
  rows: ConstructorParameters<typeof Engine>[0]['rows'],
  scans: readonly ImageScan[],
  dangling: readonly ScanTarget[] = [],
): Engine {
  return new Engine({
    rows,
    cluster: 'c',
    maxLabelValueBytes: 1024,
    inventory: {
      clusters: [],
      targets: scans.map(({ target }) => target),
      unscanned: [],
      dangling,
      danglingReferences: dangling.length,
    },
  });
}

function perImage(name: string, labels: readonly FindingLabel[] = []): MetricRow {
  return {
    name,
    help: name,
    over: 'findings',
    labels: [...imageLabels, ...labels],
    value: 'count',
  };
}

function summarise(series: readonly Series[]): string[] {
  return series.map(({ family, value }) => `${family.name} ${value}`);
}

function sumOf(series: readonly Series[], name: string): number {
  const values = series.filter(({ family }) => family.name === name).map(({ value }) => value);
  return values.reduce((sum, value) => sum + value, 0);
}
