import { describe, expect, it } from 'vitest';

import { filesOfCase, runCase, scanDataCases } from '../support/cases/scan-data-cases.ts';
import { samplesOf, valueOf } from '../support/metrics/exposition-values.ts';

describe.skipIf(scanDataCases.missing)(`pages of lists${scanDataCases.note}`, () => {
  it.each([
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ])('make a complete list together, in any order: %i %i %i', async (...order) => {
    const files = filesOfCase('12-all-pages');
    const { text, ...run } = await runCase(
      '12-all-pages',
      order.map((index) => files[index] ?? ''),
    );

    expect(run).toMatchObject({ exitCode: 0, isComplete: true, messages: '', total: 16 });
    expect(valueOf(text, 'kubescape_scanned_containers')).toBe(8);
    expect(valueOf(text, 'kubescape_push_source_complete')).toBe(1);
  });

  it.each`
    what                             | name                            | files                                                         | missing | containers
    ${'the first page of manifests'} | ${'12-first-page-only'}         | ${['manifests.json']}                                         | ${7}    | ${0}
    ${'the first page of summaries'} | ${'12-first-page-of-summaries'} | ${['manifests.json', 'summaries.json']}                       | ${5}    | ${3}
    ${'the first page twice'}        | ${'12-all-pages'}               | ${['manifests.json', 'summaries-1.json', 'summaries-1.json']} | ${5}    | ${3}
  `('are incomplete with only $what', async ({ name, files, missing, containers }: PageCase) => {
    const { text, messages, ...run } = await runCase(name, files);
    const series = samplesOf(text).filter(
      (sample) =>
        sample.name === 'kubescape_total_image_vulnerabilities' &&
        sample.labels['workload'] !== undefined,
    );

    expect(run).toMatchObject({ exitCode: 5, isComplete: false, total: undefined });
    expect(messages).toContain(`at least ${missing} objects are missing`);
    expect(messages).toContain('kubescape-push export');
    expect(series).toHaveLength(containers);
    expect(valueOf(text, 'kubescape_push_source_complete')).toBe(0);
  });
});

interface PageCase {
  readonly name: string;
  readonly files: readonly string[];
  readonly missing: number;
  readonly containers: number;
}
