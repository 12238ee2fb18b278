import { describe, expect, it } from 'vitest';

import type { ResultGroup } from '../../model/result-gap.ts';
import { selectRows } from './select-rows.ts';
import { withoutSums } from './without-sums.ts';

const rows = selectRows({
  groups: ['vulnerabilities', 'scans', 'posture'],
  prefix: 'k_',
  custom: [],
});

describe('withoutSums', () => {
  it.each`
    incomplete             | removed                                                                              | kept
    ${[]}                  | ${[]}                                                                                | ${rows.map(({ name }) => name)}
    ${['vulnerabilities']} | ${['k_total_vulnerabilities', 'k_total_unique_vulnerabilities', 'k_scanned_images']} | ${['k_critical_vulnerabilities', 'k_total_image_vulnerabilities', 'k_image_scan_status', 'k_scan_references_dangling', 'k_total_failed_controls']}
    ${['postures']}        | ${['k_total_failed_controls', 'k_failed_controls', 'k_scanned_resources']}           | ${['k_total_vulnerabilities']}
  `('leaves out the sums of $incomplete', (sums: SumsCase) => {
    const names = withoutSums(rows, new Set(sums.incomplete)).map(({ name }) => name);

    expect(names).toEqual(expect.arrayContaining([...sums.kept]));
    for (const name of sums.removed) expect(names).not.toContain(name);
  });
});

interface SumsCase {
  readonly incomplete: readonly ResultGroup[];
  readonly removed: readonly string[];
  readonly kept: readonly string[];
}
