import { describe, expect, it } from 'vitest';

import type { CliPosture } from './posture-document.ts';
import { toCountedFindings } from './reported-images.ts';
import { readScanResult } from './scan-result.ts';

const counted = { ResourceCounters: { passedResources: 1 } };
const uncounted = { ResourceCounters: { passedResources: 0, failedResources: 0 } };

describe('a posture report of the CLI', () => {
  it.each`
    resourceID                                                                                       | object                                                                   | identity
    ${'apps/v1/web/Deployment/proxy'}                                                                | ${undefined}                                                             | ${['web', 'Deployment', 'proxy']}
    ${'/v1//Node/n1'}                                                                                | ${undefined}                                                             | ${['', 'Node', 'n1']}
    ${'path=30840/api=/v1/web/Pod/a'}                                                                | ${undefined}                                                             | ${['web', 'Pod', 'a']}
    ${'//ServiceAccount/dns/rbac.authorization.k8s.io/v1/web/Role/r/rbac.authorization.k8s.io/v1/x'} | ${undefined}                                                             | ${['', 'ServiceAccount', 'dns']}
    ${'anything'}                                                                                    | ${undefined}                                                             | ${['', '', 'anything']}
    ${'x'}                                                                                           | ${{ kind: 'Pod', metadata: { name: 'a', namespace: 'web' } }}            | ${['web', 'Pod', 'a']}
    ${'x'}                                                                                           | ${{ kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' }} | ${['', 'User', 'jane']}
    ${'/v1/web/Pod/a'}                                                                               | ${null}                                                                  | ${['web', 'Pod', 'a']}
  `('identifies $resourceID with object $object', ({ resourceID, object, identity }: IdCase) => {
    const controls = [{ controlID: 'C-1', status: { status: 'passed' } }];
    const { reports } = read({
      resources: [{ resourceID, object }],
      results: [{ resourceID, controls }],
    });

    const [scan] = reports.map((report) => report.scan);
    expect([scan?.namespace, scan?.workloadKind, scan?.workload]).toEqual(identity);
  });

  it('takes the severity and the name of a control from the summary if its result has none', () => {
    const { reports } = read({
      controls: { 'C-1': { name: 'One', scoreFactor: 8 } },
      results: [
        { resourceID: 'x', controls: [{ controlID: 'C-1', status: { status: 'failed' } }] },
      ],
    });

    expect(reports[0]?.scan).toMatchObject({
      controls: [{ id: 'C-1', name: 'One', severity: 'High', status: 'failed' }],
      failed: { High: 1 },
    });
  });

  it('takes the status of a control from its rules if the control states none', () => {
    const rules = [{ status: 'passed' }, { status: 'failed', subStatus: '' }];
    const { reports } = read({
      results: [{ resourceID: 'x', controls: [{ controlID: 'C-1', rules }] }],
    });

    expect(reports[0]?.scan.controls[0]?.status).toBe('failed');
  });

  it.each`
    what                                                    | framework                                       | controls
    ${'all controls are 0/0'}                               | ${{ controls: { 'C-1': uncounted } }}           | ${{ 'C-1': counted }}
    ${'its own counters are 0'}                             | ${{ ResourceCounters: { passedResources: 0 } }} | ${{ 'C-1': counted }}
    ${'all controls of the report are 0/0 and it has none'} | ${{}}                                           | ${{ 'C-1': uncounted }}
  `('leaves out the score of a framework if $what', ({ framework, controls }: EmptyCase) => {
    const frameworks = [{ name: 'NSA', complianceScore: 100, ...framework }];

    expect(read({ controls, frameworks })).toMatchObject({ scores: [], emptyFrameworks: ['NSA'] });
  });

  it('has the score of a framework from 0 to 1, or no score if the report has none', () => {
    const frameworks = [{ name: 'NSA', complianceScore: 66.6 }, { name: 'MITRE' }];

    expect(read({ controls: { 'C-1': counted }, frameworks })).toMatchObject({
      scores: [{ framework: 'NSA', complianceRatio: 0.666 }],
      emptyFrameworks: [],
      frameworks: ['MITRE', 'NSA'],
    });
  });

  it('has one finding for each counted vulnerability', () => {
    const findings = toCountedFindings({
      mapsSeverityToSummary: {
        Critical: { numberOfCVEs: 2, numberOfFixableCVEs: 1 },
        Odd: { numberOfCVEs: 1, numberOfFixableCVEs: 9 },
      },
    });

    expect(findings.map(({ severity, fixable }) => [severity, fixable])).toEqual([
      ['Critical', true],
      ['Critical', false],
      ['Unknown', true],
    ]);
  });

  it.each`
    what                    | details                                                                            | message
    ${'a score above 100'}  | ${{ frameworks: [{ name: 'NSA', complianceScore: 101 }] }}                         | ${/summaryDetails\.frameworks\[0\]\.complianceScore/}
    ${'too many'}           | ${{ vulnerabilities: { mapsSeverityToSummary: { High: { numberOfCVEs: 1e9 } } } }} | ${/must count at most 1000000/}
    ${'a negative number'}  | ${{ vulnerabilities: { mapsSeverityToSummary: { High: { numberOfCVEs: -1 } } } }}  | ${/mapsSeverityToSummary\.High\.numberOfCVEs/}
    ${'controls in a list'} | ${{ controls: [] }}                                                                | ${/summaryDetails\.controls/}
  `(
    'with $what is rejected, and the message names the path',
    ({ details, message }: InvalidCase) => {
      expect(() => readScanResult({ summaryDetails: details })).toThrow(message);
    },
  );
});

interface IdCase {
  readonly resourceID: string;
  readonly object: unknown;
  readonly identity: readonly string[];
}

interface EmptyCase {
  readonly framework: object;
  readonly controls: object;
}

interface InvalidCase {
  readonly details: object;
  readonly message: RegExp;
}

interface Parts {
  readonly controls?: object;
  readonly frameworks?: readonly object[];
  readonly resources?: readonly object[];
  readonly results?: readonly object[];
}

function read({ controls = {}, frameworks = [], ...rest }: Parts): CliPosture {
  const result = readScanResult({ summaryDetails: { controls, frameworks }, ...rest });
  if (result.type !== 'cli-posture') throw new Error(`expected a report, found ${result.type}`);
  return result.posture;
}
