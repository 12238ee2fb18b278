import { expect, it } from 'vitest';

import { renderText } from '../../../test/support/metrics/render-text.ts';
import { container, finding, imageScan } from '../../../test/support/scan-results/scans.ts';
import { cveRows, findingRows, relevancyRows } from './findings.ts';

const critical = finding({
  id: 'CVE-1',
  severity: 'Critical',
  fixable: true,
  fixedVersion: '2',
  cvssScore: 9.8,
});
const low = finding({ id: 'CVE-2', severity: 'Low', fixable: false, cvssScore: 0 });

it('counts findings by severity and fixability, with a 0 for each combination without any', () => {
  const scans = [imageScan({ findings: [critical, low, low], containers: [container({})] })];
  const lines = samplesOf(renderText({ rows: findingRows, scans }));

  expect(lines.filter((line) => line.startsWith('findings{'))).toHaveLength(12);
  expect(lines.filter((line) => line.startsWith('total_findings{'))).toHaveLength(12);
  expect(lines.filter((line) => !line.endsWith(' 0'))).toEqual([
    expect.stringMatching(/^findings{.*fixable="true".*severity="Critical".*} 1$/),
    expect.stringMatching(/^findings{.*fixable="false".*severity="Low".*} 2$/),
    'total_findings{cluster="c",fixable="true",severity="Critical"} 1',
    'total_findings{cluster="c",fixable="false",severity="Low"} 2',
  ]);
});

it('leaves out relevant findings of containers that were not observed, instead of reporting 0', () => {
  const scans = [imageScan({ findings: [critical], containers: [container({})] })];

  expect(samplesOf(renderText({ rows: relevancyRows, scans }))).toEqual([]);
});

it('gives each vulnerability of an image its score, and 0 to one without', () => {
  const scans = [imageScan({ findings: [critical, low] })];
  const lines = samplesOf(renderText({ rows: cveRows, scans }));

  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/fixable="true",fixed_version="2".*vulnerability_id="CVE-1"} 9.8$/);
  expect(lines[1]).toMatch(/vulnerability_id="CVE-2"} 0$/);
});

function samplesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
