import { describe, expect, it } from 'vitest';

import { control, posture } from '../../test/support/scan-results/scans.ts';
import type { PostureReport } from '../formats/workload-configuration-scan-summary.ts';
import type { ControlResult } from '../model/posture-scan.ts';
import type { ResultAge } from '../model/result-age.ts';
import { isOlderThanSummary } from './stale-details.ts';

const MINUTE_MS = 60_000;
const failed = control({ id: 'C-1' });
const passed = control({ id: 'C-1', status: 'passed' });
const sticky = control({ id: 'C-1', status: 'passed', storedStatus: 'failed' });
const other = control({ id: 'C-2' });

describe('isOlderThanSummary', () => {
  it.each`
    what                                            | detail                          | summary
    ${'equal controls'}                             | ${of([failed, other])}          | ${of([other, failed])}
    ${'a stored status that the rules contradict'}  | ${of([sticky])}                 | ${of([failed])}
    ${'creation seconds earlier, as in every scan'} | ${of([failed], created(0))}     | ${of([failed], created(0.05))}
    ${'creation later, by enabling details'}        | ${of([failed], created(9_000))} | ${of([failed], created(0))}
    ${'a date on one side only'}                    | ${of([failed], created(0))}     | ${of([failed])}
  `('accepts details with $what', ({ detail, summary }: StaleCase) => {
    expect(isOlderThanSummary(detail, summary)).toBe(false);
  });

  it.each`
    what                                 | detail                      | summary
    ${'another stored status'}           | ${of([passed])}             | ${of([failed])}
    ${'a control that the summary lost'} | ${of([failed, other])}      | ${of([failed])}
    ${'a control missing'}               | ${of([failed])}             | ${of([failed, other])}
    ${'creation much earlier'}           | ${of([sticky], created(0))} | ${of([failed], created(60))}
    ${'a scan much earlier'}             | ${of([sticky], scanned(0))} | ${of([failed], scanned(60))}
  `('recognizes details of an older scan by $what', ({ detail, summary }: StaleCase) => {
    expect(isOlderThanSummary(detail, summary)).toBe(true);
  });
});

interface StaleCase {
  readonly detail: PostureReport;
  readonly summary: PostureReport;
}

function of(controls: readonly ControlResult[], age: ResultAge = {}): PostureReport {
  return { source: 'detail', key: 'k', cluster: undefined, age, scan: posture({ controls }) };
}

function created(minutes: number): ResultAge {
  return { createdAtMs: (minutes + 1) * MINUTE_MS };
}

function scanned(minutes: number): ResultAge {
  return { scannedAtMs: (minutes + 1) * MINUTE_MS };
}
