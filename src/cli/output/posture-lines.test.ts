import { stripVTControlCharacters } from 'node:util';

import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';

import { control, posture } from '../../../test/support/scan-results/scans.ts';
import type { PostureScan } from '../../model/posture-scan.ts';
import { PostureLines } from './posture-lines.ts';

const escalation = control({
  id: 'C-0016',
  name: 'Allow privilege escalation',
  severity: 'Medium',
});
const privileged = control({ id: 'C-0057', name: 'Privileged container', severity: 'High' });

describe('PostureLines', () => {
  it('lists failed controls by name, failing resources and the scores of frameworks', () => {
    const scans = [
      posture({ controls: [escalation, privileged] }),
      posture({ workload: 'api', controls: [escalation, { ...privileged, status: 'excepted' }] }),
      posture({
        workload: 'fixed',
        controls: [
          { ...escalation, status: 'passed', storedStatus: 'failed' },
          { ...privileged, status: 'skipped' },
        ],
      }),
    ];

    expect(render(scans)).toBe(`
FAILED CONTROL                             SEVERITY    FAILED  SKIPPED EXCEPTED
C-0057 Privileged container                High             1        1        1
C-0016 Allow privilege escalation          Medium           2        0        0

RESOURCE                                           CRIT  HIGH   MED   LOW OTHER
shop/Deployment/storefront                            0     1     1     0     0
shop/Deployment/api                                   0     0     1     0     0

3 failed controls in 2 of 3 resources
  not counted: 1 stored as failed, but passed in the newest scan
  framework NSA: 66.6 % compliant`);
  });

  it('fits the width of the terminal, whatever names it gets', () => {
    fc.assert(
      fc.property(fc.array(anyScan, { minLength: 1, maxLength: 30 }), (scans) => {
        for (const line of render(scans).split('\n')) {
          expect(line.length).toBeLessThanOrEqual(80);
          expect(stripVTControlCharacters(line)).toBe(line);
        }
      }),
    );
  });

  it('lists 20 controls and resources, and counts the others', () => {
    const scans = Array.from({ length: 25 }, (_, index) =>
      posture({ workload: `w-${index}`, controls: [control({ id: `C-${index}` })] }),
    );

    const text = render(scans);

    expect(text).toContain('… and 5 more controls\n');
    expect(text).toContain('… and 5 more resources\n');
    expect(text).toContain('25 failed controls in 25 of 25 resources\n');
  });
});

const anyScan = fc
  .record({
    workload: fc.string({ unit: 'binary', minLength: 1, maxLength: 120 }),
    controls: fc.array(
      fc
        .record({
          id: fc.string({ maxLength: 90 }),
          name: fc.string({ unit: 'binary', maxLength: 120 }),
        })
        .map(control),
      { maxLength: 3 },
    ),
  })
  .map(posture);

function render(scans: readonly PostureScan[]): string {
  const lines = new PostureLines();
  for (const scan of scans) lines.add(scan);
  const surface = { columns: 80, paint: pc.createColors(false) };
  const scores = [{ framework: 'NSA', complianceRatio: 0.666 }];
  return ['', ...lines.render(surface, scores)].join('\n');
}
