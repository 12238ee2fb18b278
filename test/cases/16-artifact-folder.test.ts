import { describe, expect, it } from 'vitest';

import { runCase, scanDataCases } from '../support/cases/scan-data-cases.ts';
import { samplesOf } from '../support/metrics/exposition-values.ts';

describe.skipIf(scanDataCases.missing)(`a folder of CI artifacts${scanDataCases.note}`, () => {
  it('is read as far as possible, and the other files are named in one warning', async () => {
    const { text, messages, ...run } = await runCase('16-artifact-folder');
    const [all, critical] = ['total_image', 'critical'].map((name) => valuesOf(text, name));

    expect(run).toMatchObject({ exitCode: 5, isComplete: false, skipped: { unread_file: 1 } });
    expect(all).toEqual([1, 1, 1, 1]);
    expect(critical).toEqual([0, 1, 1, 1]);
    expect(messages.match(/did not read 4 files/g)).toHaveLength(1);
    expect(messages).toContain('artifact.zip, nightly.tar.gz, report.txt, scan;');
  });
});

function valuesOf(text: string, name: string): readonly number[] {
  return samplesOf(text)
    .filter((sample) => sample.name === `kubescape_${name}_vulnerabilities`)
    .map(({ value }) => value)
    .toSorted((a, b) => a - b);
}
