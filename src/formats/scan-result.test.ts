import { describe, expect, it } from 'vitest';

import { FormatError } from './format-error.ts';
import { readScanResult } from './scan-result.ts';

type Raw = Readonly<Record<string, unknown>>;

const apiVersion = 'spdx.softwarecomposition.kubescape.io/v1beta1';
const match = { vulnerability: { id: 'CVE-2025-1' }, artifact: { name: 'a' } };
const manifestSpec = { metadata: { tool: { version: 'v1' } }, payload: { matches: [match] } };
const manifest = { metadata: { name: 'm' }, spec: manifestSpec };
const filtered = { ...manifest, metadata: { labels: { 'kubescape.io/context': 'filtered' } } };
const unread = { metadata: { name: 'm' }, spec: { payload: { matches: null } } };
const summary = {
  metadata: { name: 's', namespace: 'web' },
  spec: { vulnerabilitiesRef: { all: { name: 'm' } } },
};
const stub = {
  metadata: { name: 's', annotations: { 'kubescape.io/status': 'too-large' } },
  spec: { vulnerabilitiesRef: { all: { name: '' } } },
};
const grype = {
  matches: [match],
  source: { type: 'image', target: { userInput: 'nginx:1.25' } },
  distro: { name: 'debian' },
  descriptor: { db: { status: { built: '2025-09-15T06:08:13Z' } } },
};

const kinds = { kind: 'VulnerabilityManifest', apiVersion };
const summaryKinds = { kind: 'VulnerabilityManifestSummary', apiVersion };

describe('readScanResult', () => {
  it.each`
    what                                     | document                                                                      | result
    ${'a manifest'}                          | ${{ ...kinds, ...manifest }}                                                  | ${{ type: 'image', manifest: { name: 'm', findings: [{ id: 'CVE-2025-1' }] } }}
    ${'a manifest of another version'}       | ${{ ...kinds, ...manifest, apiVersion: apiVersion.replace('v1beta1', 'v1') }} | ${{ type: 'image' }}
    ${'a manifest without apiVersion'}       | ${{ kind: 'VulnerabilityManifest', ...manifest }}                             | ${{ type: 'image' }}
    ${'a manifest without kind'}             | ${manifest}                                                                   | ${{ type: 'image', manifest: { name: 'm' } }}
    ${'a manifest with an empty kind'}       | ${{ ...manifest, kind: '', apiVersion: '' }}                                  | ${{ type: 'image' }}
    ${'a manifest of relevant findings'}     | ${{ ...kinds, ...filtered }}                                                  | ${{ type: 'relevant-findings' }}
    ${'a manifest with metadata only'}       | ${{ ...kinds, ...unread }}                                                    | ${{ type: 'metadata-only', kind: 'VulnerabilityManifest', name: 'm' }}
    ${'a summary'}                           | ${{ ...summaryKinds, ...summary }}                                            | ${{ type: 'container', summary: { key: 'web/s', manifestName: 'm' } }}
    ${'a summary without kind'}              | ${summary}                                                                    | ${{ type: 'container', summary: { key: 'web/s' } }}
    ${'a summary of an unscanned container'} | ${{ ...summaryKinds, ...stub }}                                               | ${{ type: 'unscanned', summary: { container: { scanStatus: 'too-large' } } }}
    ${'a summary with metadata only'}        | ${{ ...summaryKinds, metadata: { name: 's' }, spec: {} }}                     | ${{ type: 'metadata-only', kind: 'VulnerabilityManifestSummary', name: 's' }}
    ${'a CLI document'}                      | ${grype}                                                                      | ${{ type: 'image', manifest: { name: '', scanned: { image: { repository: 'library/nginx', tag: '1.25' } }, databaseBuiltAtSeconds: 1757916493 } }}
    ${'a CLI document without findings'}     | ${{ matches: null, source: null }}                                            | ${{ type: 'image', manifest: { findings: [], scanned: { image: { repository: '' } } } }}
    ${'a bare payload'}                      | ${{ matches: [], distro: {} }}                                                | ${{ type: 'image', manifest: { name: '' } }}
    ${'a Kubernetes list'}                   | ${{ kind: 'List', apiVersion: 'v1', items: [1, 2] }}                          | ${{ type: 'list', items: [1, 2] }}
    ${'a typed list'}                        | ${{ kind: 'VulnerabilityManifestList', apiVersion, items: [] }}               | ${{ type: 'list', items: [] }}
  `('recognizes $what', ({ document, result }: { document: unknown; result: Raw }) => {
    expect(readScanResult(document)).toMatchObject(result);
  });

  it.each`
    what                                  | document                                                                                                    | kind
    ${'another kind'}                     | ${{ kind: 'ConfigMap', apiVersion: 'v1' }}                                                                  | ${'ConfigMap of v1'}
    ${'another Kubescape kind'}           | ${{ kind: 'SBOMSyft', apiVersion }}                                                                         | ${'SBOMSyft'}
    ${'the same kind in another group'}   | ${{ ...manifest, kind: 'VulnerabilityManifest', apiVersion: 'example.com/v1' }}                             | ${'VulnerabilityManifest of example.com/v1'}
    ${'the same kind in a similar group'} | ${{ ...manifest, kind: 'VulnerabilityManifest', apiVersion: 'x.spdx.softwarecomposition.kubescape.io/v1' }} | ${'VulnerabilityManifest of x.spdx.softwarecomposition.kubescape.io/v1'}
    ${'matches alone'}                    | ${{ matches: [] }}                                                                                          | ${'a document without a kind'}
    ${'an empty object'}                  | ${{}}                                                                                                       | ${'a document without a kind'}
    ${'a spec that is not an object'}     | ${{ spec: [manifest] }}                                                                                     | ${'a document without a kind'}
    ${'a list without a list of items'}   | ${{ kind: 'List', items: {} }}                                                                              | ${'List'}
    ${'null'}                             | ${null}                                                                                                     | ${'null'}
    ${'a list'}                           | ${[manifest]}                                                                                               | ${'a list'}
    ${'a string'}                         | ${'VulnerabilityManifest'}                                                                                  | ${'a string'}
    ${'a number'}                         | ${1}                                                                                                        | ${'a number'}
  `('does not recognize $what', ({ document, kind }: { document: unknown; kind: string }) => {
    expect(readScanResult(document)).toEqual({ type: 'unknown', kind });
  });

  it.each`
    what                                  | document                                                          | message
    ${'a manifest without metadata'}      | ${{ ...kinds, spec: manifestSpec }}                               | ${/^VulnerabilityManifest: metadata: /}
    ${'a manifest without spec'}          | ${{ ...kinds, metadata: {} }}                                     | ${/^VulnerabilityManifest: spec: /}
    ${'matches that are not a list'}      | ${{ ...kinds, metadata: {}, spec: { payload: { matches: {} } } }} | ${/^VulnerabilityManifest: spec\.payload\.matches: /}
    ${'a summary without spec'}           | ${{ ...summaryKinds, metadata: {} }}                              | ${/^VulnerabilityManifestSummary: spec: /}
    ${'a broken match in a CLI document'} | ${{ ...grype, matches: [{}] }}                                    | ${/^scan image document: matches\[0\]\.vulnerability: /}
  `(
    'rejects $what and names the path',
    ({ document, message }: { document: Raw; message: RegExp }) => {
      expect(() => readScanResult(document)).toThrow(FormatError);
      expect(() => readScanResult(document)).toThrow(message);
    },
  );

  // Go writes the nil slice of an empty list as null.
  it('recognizes a list whose items are null', () => {
    const list = { kind: 'VulnerabilityManifestSummaryList', apiVersion, items: null };

    expect(readScanResult(list)).toEqual({ type: 'list', items: [] });
  });
});
