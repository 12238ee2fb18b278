import { describe, expect, it } from 'vitest';

import { FormatError } from './format-error.ts';
import { readScanResult } from './scan-result.ts';
import {
  isMetadataOnlyPosture,
  type PostureReport,
  readPosture,
  WorkloadConfigurationScanSummary,
} from './workload-configuration-scan-summary.ts';

type Raw = Readonly<Record<string, unknown>>;

const apiVersion = 'spdx.softwarecomposition.kubescape.io/v1beta1';
const labels = {
  'kubescape.io/workload-kind': 'Deployment',
  'kubescape.io/workload-name': 'api',
  'kubescape.io/workload-namespace': 'web',
};
const controls = {
  'C-0016': control('High', 'failed'),
  'C-0017': control('Low', 'failed'),
  'C-0018': control('Medium', 'passed'),
  'C-0053': control('Medium', 'skipped'),
};
const severities = { critical: 0, high: 1, medium: 0, low: 1, unknown: 0 };

describe('readPosture', () => {
  it('reads the resource, its counts and its controls', () => {
    expect(read({})).toEqual({
      source: 'summary',
      key: 'web/deployment-api',
      cluster: 'prod',
      age: {},
      scan: {
        namespace: 'web',
        workloadKind: 'Deployment',
        workload: 'api',
        failed: { Critical: 0, High: 1, Medium: 0, Low: 1, Unknown: 0 },
        controls: [
          { id: 'C-0016', name: '', severity: 'High', status: 'failed' },
          { id: 'C-0017', name: '', severity: 'Low', status: 'failed' },
          { id: 'C-0018', name: '', severity: 'Medium', status: 'passed' },
          { id: 'C-0053', name: '', severity: 'Medium', status: 'skipped' },
        ],
      },
    });
  });

  it('takes the namespace from the label only, not from the object', () => {
    const { scan, key } = read({
      metadata: {
        name: 'node-n1',
        namespace: 'kubescape',
        labels: { 'kubescape.io/workload-kind': 'node', 'kubescape.io/workload-name': 'n1' },
        annotations: { 'kubescape.io/wlid': 'wlid://cluster-prod/namespace-/node-n1' },
      },
    });

    expect(scan).toMatchObject({ namespace: '', workloadKind: 'Node', workload: 'n1' });
    expect(key).toBe('kubescape/node-n1');
  });

  it('uses the name of the object if no label names the resource', () => {
    const { scan, cluster } = read({ metadata: { name: 'configmap-x', namespace: 'web' } });

    expect(scan).toMatchObject({ namespace: '', workloadKind: '', workload: 'configmap-x' });
    expect(cluster).toBeUndefined();
  });

  it.each(['ServiceAccount', 'ConfigMap', 'EndpointSlice', 'ClusterRoleBinding', 'CNIInfo'])(
    'spells %s like the Kubernetes API',
    (kind) => {
      const metadata = { labels: { 'kubescape.io/workload-kind': kind.toLowerCase() } };

      expect(read({ metadata }).scan.workloadKind).toBe(kind);
    },
  );

  it.each`
    stated        | scoreFactor  | severity
    ${'Critical'} | ${1}         | ${'Critical'}
    ${'high'}     | ${undefined} | ${'High'}
    ${'Unknown'}  | ${9}         | ${'Unknown'}
    ${''}         | ${10}        | ${'Critical'}
    ${''}         | ${9}         | ${'Critical'}
    ${''}         | ${8.9}       | ${'High'}
    ${''}         | ${7}         | ${'High'}
    ${''}         | ${4}         | ${'Medium'}
    ${undefined}  | ${1}         | ${'Low'}
    ${'Severe'}   | ${0}         | ${'Unknown'}
    ${undefined}  | ${undefined} | ${'Unknown'}
  `('maps severity $stated with score $scoreFactor to $severity', (row: SeverityCase) => {
    const severity = { severity: row.stated, scoreFactor: row.scoreFactor };
    const { scan } = read({ spec: { controls: { 'C-1': { severity } } } });

    expect(scan.controls).toEqual([
      { id: 'C-1', name: '', severity: row.severity, status: 'skipped' },
    ]);
  });

  it('uses the counts of Kubescape and computes missing ones', () => {
    const { scan } = read({ spec: { controls, severities: { high: 7 } } });

    expect(scan.failed).toEqual({ Critical: 0, High: 7, Medium: 0, Low: 1, Unknown: 0 });
  });

  it('computes the counts of a detail object from its controls', () => {
    const named = { 'C-0016': { ...control('High', 'failed'), name: 'Allow escalation' } };
    const { source, scan } = readResult({
      kind: 'WorkloadConfigurationScan',
      spec: { controls: named, relatedObjects: null },
    });

    expect(source).toBe('detail');
    expect(scan.failed).toEqual({ Critical: 0, High: 1, Medium: 0, Low: 0, Unknown: 0 });
    expect(scan.controls).toMatchObject([{ id: 'C-0016', name: 'Allow escalation' }]);
  });
});

describe('isMetadataOnlyPosture', () => {
  it.each`
    what                 | spec                              | metadataOnly
    ${'null controls'}   | ${{ severities, controls: null }} | ${true}
    ${'no controls'}     | ${{ severities }}                 | ${true}
    ${'an empty spec'}   | ${{}}                             | ${true}
    ${'an empty object'} | ${{ controls: {} }}               | ${false}
    ${'controls'}        | ${{ controls }}                   | ${false}
  `(
    'returns $metadataOnly for $what',
    ({ spec, metadataOnly }: { spec: Raw; metadataOnly: boolean }) => {
      const summary = WorkloadConfigurationScanSummary.parse({ metadata: {}, spec });

      expect(isMetadataOnlyPosture(summary)).toBe(metadataOnly);
    },
  );
});

describe('readScanResult', () => {
  it.each`
    what                        | document                                                                        | source
    ${'a summary'}              | ${{ kind: 'WorkloadConfigurationScanSummary', apiVersion, spec: { controls } }} | ${'summary'}
    ${'a summary without kind'} | ${{ spec: { controls, severities } }}                                           | ${'summary'}
    ${'a detail object'}        | ${{ kind: 'WorkloadConfigurationScan', apiVersion, spec: { controls } }}        | ${'detail'}
    ${'a detail without kind'}  | ${{ spec: { controls, relatedObjects: null } }}                                 | ${'detail'}
  `('recognizes $what', ({ document, source }: { document: Raw; source: string }) => {
    expect(readScanResult({ metadata: { name: 'x' }, ...document })).toMatchObject({
      type: 'posture',
      report: { source, key: '/x' },
    });
  });

  it.each`
    document                                              | kind
    ${{ spec: { controls: null, severities } }}           | ${'WorkloadConfigurationScanSummary'}
    ${{ spec: { controls: null, relatedObjects: null } }} | ${'WorkloadConfigurationScan'}
  `('treats $kind with null controls as metadata only', (row: { document: Raw; kind: string }) => {
    const { document, kind } = row;

    expect(readScanResult({ metadata: { name: 'x' }, ...document })).toEqual({
      type: 'metadata-only',
      kind,
      name: 'x',
    });
  });

  it.each`
    what                                 | spec                                          | message
    ${'controls that are a list'}        | ${{ controls: [] }}                           | ${/^WorkloadConfigurationScanSummary: spec\.controls: /}
    ${'a control that is not an object'} | ${{ controls: { 'C-1': 'failed' } }}          | ${/^WorkloadConfigurationScanSummary: spec\.controls\.C-1: /}
    ${'a count that is a string'}        | ${{ controls, severities: { high: 'many' } }} | ${/spec\.severities\.high: /}
    ${'a negative count'}                | ${{ controls, severities: { high: -1 } }}     | ${/spec\.severities\.high: /}
  `('rejects $what and names the path', ({ spec, message }: { spec: Raw; message: RegExp }) => {
    const document = { kind: 'WorkloadConfigurationScanSummary', apiVersion, metadata: {}, spec };

    expect(() => readScanResult(document)).toThrow(FormatError);
    expect(() => readScanResult(document)).toThrow(message);
  });
});

interface SeverityCase {
  readonly stated: string | undefined;
  readonly scoreFactor: number | undefined;
  readonly severity: string;
}

function control(severity: string, status: string): Raw {
  return { controlID: '', severity: { severity, scoreFactor: 0 }, status: { status } };
}

function read(parts: { metadata?: Raw; spec?: Raw }): PostureReport {
  const document = {
    metadata: {
      name: 'deployment-api',
      namespace: 'web',
      labels,
      annotations: { 'kubescape.io/wlid': 'wlid://cluster-prod/namespace-web/deployment-api' },
    },
    spec: { severities, controls },
    ...parts,
  };
  return readPosture(WorkloadConfigurationScanSummary.parse(document), 'summary');
}

function readResult(document: Raw): PostureReport {
  const result = readScanResult({ apiVersion, metadata: { name: 'x' }, ...document });
  if (result.type !== 'posture') throw new Error(`expected a posture, found ${result.type}`);
  return result.report;
}
