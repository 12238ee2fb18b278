import { describe, expect, it } from 'vitest';

import { runCase, scanDataCases } from '../support/cases/scan-data-cases.ts';
import type { AgentRun } from '../support/kubernetes/agent-run.ts';
import { samplesOf, valueOf, valuesBy } from '../support/metrics/exposition-values.ts';

const CASE = '10-posture-report-of-cli';
const none = { Critical: 0, High: 0, Medium: 0, Low: 0, Unknown: 0 };

describe.skipIf(scanDataCases.missing)(`posture reports of the CLI${scanDataCases.note}`, () => {
  it.each([['a-posture.json'], ['b-combined-scan-images.json']])(
    'have the failed controls of each resource, and the scores of frameworks: %s',
    async (file) => {
      const run = await runCase(CASE, [file]);

      expect(run).toMatchObject({ exitCode: 0, isComplete: true, messages: '' });
      expect(postureOf(run)).toEqual({
        resources: 1,
        failed: { ...none, High: 1, Medium: 1 },
        ofControl: { 'C-0016': 1, 'C-0057': 1, 'C-0002': 0 },
        compliance: { NSA: 0.666 },
      });
      expect(run.text).toContain(
        'kubescape_failed_controls{cluster="c",namespace="web",severity="High",workload="proxy",workload_kind="Deployment"} 1\n',
      );
    },
  );

  it('have no vulnerabilities without --scan-images', async () => {
    const { text, total } = await runCase(CASE, ['a-posture.json']);

    expect(total).toBeUndefined();
    expect(text).not.toMatch(/^kubescape_\w*vulnerabilities/m);
  });

  it('have the number of vulnerabilities by severity with --scan-images', async () => {
    const { text, total } = await runCase(CASE, ['b-combined-scan-images.json']);

    expect(total).toBe(5);
    expect(totalsOf(text)).toEqual({ critical: 2, high: 3, medium: 0, fixable: 1 });
    expect(text).toContain(
      'kubescape_critical_vulnerabilities{cluster="c",image="library/nginx",registry="docker.io",tag="1.25"} 2\n',
    );
  });

  it('have no values that depend on single findings, because they have only their number', async () => {
    const { text } = await runCase(CASE, ['b-combined-scan-images.json']);

    const names = new Set(samplesOf(text).map(({ name }) => name));
    for (const name of ['total_rce_vulnerabilities', 'total_unique_vulnerabilities']) {
      expect(names).not.toContain(`kubescape_${name}`);
    }
  });

  it('warn that some totals lack their images, if other images have findings', async () => {
    const other = '../07-retagged-image/mirror-scan.json';
    const { total, messages } = await runCase(CASE, [other, 'b-combined-scan-images.json']);

    expect(total).toBe(8);
    expect(messages).toContain('has only the number of vulnerabilities in its images');
  });

  it.each([
    [['a-posture.json', 'b-combined-scan-images.json', 'c-image-report.json']],
    [['c-image-report.json', 'b-combined-scan-images.json', 'a-posture.json']],
  ])(
    'count once together with other reports, and findings take precedence over their number: %j',
    async (files) => {
      const run = await runCase(CASE, files);

      expect(run).toMatchObject({ exitCode: 0, total: 1 });
      expect(totalsOf(run.text)).toMatchObject({ critical: 1, high: 0 });
      expect(postureOf(run)).toMatchObject({ resources: 1, failed: { High: 1, Medium: 1 } });
    },
  );
});

function postureOf({ text }: AgentRun) {
  return {
    resources: valueOf(text, 'kubescape_scanned_resources'),
    failed: valuesBy(text, 'kubescape_total_failed_controls', 'severity'),
    ofControl: valuesBy(text, 'kubescape_control_failed_resources', 'control_id'),
    compliance: valuesBy(text, 'kubescape_framework_compliance_ratio', 'framework'),
  };
}

function totalsOf(text: string) {
  const names = ['critical', 'high', 'medium', 'fixable'];
  return Object.fromEntries(
    names.map((name) => [name, valueOf(text, `kubescape_total_${name}_vulnerabilities`)]),
  );
}
