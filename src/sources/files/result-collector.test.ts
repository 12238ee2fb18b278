import { describe, expect, it } from 'vitest';

import type { ImageScan } from '../../model/image-scan.ts';
import type { SkippedReport, SkipReason } from '../skipped-report.ts';
import { ResultCollector } from './result-collector.ts';

type Raw = Readonly<Record<string, unknown>>;

describe('ResultCollector', () => {
  it('sorts documents by their kind', () => {
    const { collector, skipped, read } = takeAll([
      manifest('m', ['CVE-1']),
      summary('s', 'm'),
      stub('u'),
      { kind: 'List', items: [manifest('n', []), summary('t', 'n')] },
    ]);

    const { manifests, summaries, unscanned } = collector.results();
    expect(manifests.map(({ name }) => name)).toEqual(['m', 'n']);
    expect(summaries.map(({ key }) => key)).toEqual(['web/s', 'web/t']);
    expect(unscanned.map(({ key }) => key)).toEqual(['web/u']);
    expect(skipped).toEqual(['unscanned']);
    expect(read).toBe(4);
  });

  it.each`
    reason             | document                                                  | message
    ${'unknown_kind'}  | ${{ kind: 'Pod', apiVersion: 'v1' }}                      | ${'Pod of v1 is not a scan result'}
    ${'metadata_only'} | ${{ ...manifest('m', []), spec: {} }}                     | ${'VulnerabilityManifest contains only metadata; list it with resourceVersion=fullSpec'}
    ${'unscanned'}     | ${stub('u')}                                              | ${'Kubescape could not scan web/u: its status is too-large'}
    ${'invalid_shape'} | ${{ kind: 'VulnerabilityManifestSummary', metadata: {} }} | ${'VulnerabilityManifestSummary: spec: expected an object, found nothing'}
  `('skips and reports a document that is $reason', ({ reason, document, message }: SkipCase) => {
    const { reports, read } = takeAll([document]);

    expect(reports).toEqual([{ reason, where: 'dump.json:1', message }]);
    expect(read).toBe(0);
  });

  it('counts manifests of relevant findings as read but does not use them', () => {
    const filtered = {
      ...manifest('f', ['CVE-1']),
      metadata: { name: 'f', labels: { 'kubescape.io/context': 'filtered' } },
    };

    const { collector, read, skipped } = takeAll([filtered]);

    expect(collector.results().manifests).toEqual([]);
    expect({ read, skipped }).toEqual({ read: 1, skipped: [] });
  });

  it('uses the last copy of a duplicate object without a time, and warns', () => {
    const { join, collector, skipped, warnings } = takeAll([
      manifest('m', ['old']),
      summary('s', 'old'),
      manifest('m', ['new']),
      summary('s', 'm'),
    ]);

    expect(skipped).toEqual(['duplicate', 'duplicate']);
    expect(idsOf(collector, join)).toEqual([['new']]);
    expect(warnings).toEqual([
      'several results for one image or container have no time, so the one read last counts: dump.json:3 and 1 more; read each result once, or only the newest',
    ]);
  });

  it.each([
    ['read first', [1, 0]],
    ['read last', [0, 1]],
  ])('uses the newer copy of an object, %s', (_what, order) => {
    const copies = [
      [dated(manifest('m', ['old']), 1), dated(summary('s', 'old'), 1)],
      [dated(manifest('m', ['new']), 2), dated(summary('s', 'm'), 2)],
    ];
    const { join, collector, skipped, warnings } = takeAll(
      order.flatMap((index) => copies[index] ?? []),
    );

    expect(skipped).toEqual(['duplicate', 'duplicate']);
    expect(idsOf(collector, join)).toEqual([['new']]);
    expect(warnings).toEqual([]);
  });

  it('does not warn about equal copies without a time', () => {
    const copy = [manifest('m', ['CVE-1']), summary('s', 'm')];

    expect(takeAll([...copy, ...copy]).warnings).toEqual([]);
  });

  it('keeps one CLI document for each image', () => {
    const { join, collector, skipped } = takeAll([
      grype('nginx', 'CVE-1'),
      grype('redis', 'CVE-2'),
      grype('nginx', 'CVE-3'),
    ]);

    expect(skipped).toEqual(['duplicate']);
    expect(new Set(idsOf(collector, join).flat())).toEqual(new Set(['CVE-2', 'CVE-3']));
  });

  it('returns the findings with the database date if known', () => {
    const withDatabase = grype('nginx', 'CVE-1', { db: { built: '2025-09-15T06:08:13Z' } });
    const { join, collector } = takeAll([withDatabase, grype('redis', 'CVE-2')]);

    const loaded = loadAll(collector, join);

    expect(loaded[0]).toMatchObject({ databaseBuiltAtSeconds: 1757916493 });
    expect(loaded[1]).not.toHaveProperty('databaseBuiltAtSeconds');
  });

  // The output of `jq -c` is a single line, so the line alone does not identify an image.
  it('keeps two images without a digest on one line', () => {
    const images = ['nginx:1', 'redis:1'].map((userInput) => ({
      matches: [match('CVE-1')],
      source: { target: { userInput } },
    }));

    expect(takeAll(images, { sameLine: true }).collector.results().manifests).toHaveLength(2);
  });

  // Otherwise, the container would be both scanned and not scanned.
  it('replaces the stub of a container by its summary', () => {
    const { summaries, unscanned } = takeAll([stub('s'), summary('s', 'm')]).collector.results();

    expect(summaries).toHaveLength(1);
    expect(unscanned).toEqual([]);
  });

  it('reports unknown severities', () => {
    const moderate = {
      vulnerability: { id: 'CVE-1', severity: 'Moderate' },
      artifact: { name: 'a' },
    };
    const { reports } = takeAll([
      { matches: [moderate], source: { target: { userInput: 'nginx' } } },
    ]);

    expect(reports).toHaveLength(1);
  });
});

interface SkipCase {
  readonly reason: SkipReason;
  readonly document: unknown;
  readonly message: string;
}

function takeAll(documents: readonly unknown[], { sameLine = false } = {}) {
  const reports: SkippedReport[] = [];
  const warnings: string[] = [];
  let read = 0;
  const observer = {
    read: () => read++,
    skipped: (report: SkippedReport) => reports.push(report),
    progress: () => undefined,
    warn: (message: string) => warnings.push(message),
  };
  const collector = new ResultCollector(observer);
  for (const [index, document] of documents.entries()) {
    collector.take(document, `dump.json:${sameLine ? 1 : index + 1}`);
  }
  collector.finish({ gaps: [], ids: new Set(), includes: () => false });
  const join = collector.join();
  return { collector, join, reports, warnings, read, skipped: reports.map(({ reason }) => reason) };
}

type Joined = ReturnType<ResultCollector['join']>;

function idsOf(collector: ResultCollector, join: Joined): string[][] {
  return loadAll(collector, join).map(({ findings }) => findings.map(({ id }) => id));
}

function loadAll(collector: ResultCollector, { targets }: Joined): ImageScan[] {
  return targets.map((target) => collector.load(target));
}

/** Returns the object with a creation time, in seconds since the Unix epoch. */
function dated(object: Raw, seconds: number): Raw {
  const creationTimestamp = new Date(seconds * 1000).toISOString();
  return { ...object, metadata: { ...Object(object['metadata']), creationTimestamp } };
}

function manifest(name: string, ids: readonly string[]): Raw {
  return {
    kind: 'VulnerabilityManifest',
    metadata: { name },
    spec: { metadata: { tool: { version: 'v1' } }, payload: { matches: ids.map(match) } },
  };
}

function summary(name: string, manifestName: string): Raw {
  return {
    kind: 'VulnerabilityManifestSummary',
    metadata: { name, namespace: 'web' },
    spec: { vulnerabilitiesRef: { all: { name: manifestName } } },
  };
}

function stub(name: string): Raw {
  const annotations = { 'kubescape.io/status': 'too-large' };
  return { ...summary(name, ''), metadata: { name, namespace: 'web', annotations } };
}

function grype(image: string, id: string, descriptor: Raw = {}): Raw {
  const target = { userInput: image, repoDigests: [`${image}@sha256:${'a1'.repeat(32)}`] };
  return { matches: [match(id)], source: { type: 'image', target }, descriptor };
}

function match(id: string): Raw {
  return { vulnerability: { id }, artifact: { name: 'a' } };
}
