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

  it('uses the last copy of a duplicate object', () => {
    const { collector, skipped } = takeAll([
      manifest('m', ['old']),
      summary('s', 'old'),
      manifest('m', ['new']),
      summary('s', 'new'),
    ]);

    expect(skipped).toEqual(['duplicate', 'duplicate']);
    expect(idsOf(collector)).toEqual([['new']]);
    expect(collector.results().summaries.map(({ manifestName }) => manifestName)).toEqual(['new']);
  });

  it('keeps one CLI document for each image', () => {
    const { collector, skipped } = takeAll([
      grype('nginx', 'CVE-1'),
      grype('redis', 'CVE-2'),
      grype('nginx', 'CVE-3'),
    ]);

    expect(skipped).toEqual(['duplicate']);
    expect(idsOf(collector)).toEqual([['CVE-3'], ['CVE-2']]);
  });

  it('returns the findings with the database date if known', () => {
    const dated = grype('nginx', 'CVE-1', { db: { built: '2025-09-15T06:08:13Z' } });
    const { collector } = takeAll([dated, grype('redis', 'CVE-2')]);

    const loaded = loadAll(collector);

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
  let read = 0;
  const observer = {
    read: () => read++,
    skipped: (report: SkippedReport) => reports.push(report),
    progress: () => undefined,
    warn: () => undefined,
  };
  const collector = new ResultCollector(observer);
  for (const [index, document] of documents.entries()) {
    collector.take(document, `dump.json:${sameLine ? 1 : index + 1}`);
  }
  collector.finish();
  return { collector, reports, read, skipped: reports.map(({ reason }) => reason) };
}

const anyTarget = { image: { registry: '', repository: '', tag: '', id: '' }, containers: [] };

function idsOf(collector: ResultCollector): string[][] {
  return loadAll(collector).map(({ findings }) => findings.map(({ id }) => id));
}

function loadAll(collector: ResultCollector): ImageScan[] {
  const { manifests } = collector.results();
  return manifests.map(({ ref }) =>
    collector.load({ target: anyTarget, ref, relevant: new Map() }),
  );
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
