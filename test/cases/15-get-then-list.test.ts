import { describe, expect, it } from 'vitest';

import { runCase, scanDataCases } from '../support/cases/scan-data-cases.ts';
import { valueOf } from '../support/metrics/exposition-values.ts';

describe.skipIf(scanDataCases.missing)(
  `an object with and without its contents${scanDataCases.note}`,
  () => {
    it.each([[['a-get.json', 'b-list.json']], [['b-list.json', 'a-get.json']]])(
      'counts once, with its contents: %j',
      async (files) => {
        const { text, ...run } = await runCase('15-get-then-list', files);

        expect(run).toMatchObject({ exitCode: 0, total: 311, skipped: {} });
        expect(
          ['critical', 'high', 'negligible'].map((severity) =>
            valueOf(text, `kubescape_total_${severity}_vulnerabilities`),
          ),
        ).toEqual([76, 133, 102]);
      },
    );

    it('is incomplete without its contents', async () => {
      const { exitCode, messages } = await runCase('15-get-then-list', ['b-list.json']);

      expect(exitCode).toBe(3);
      expect(messages).toContain('contains only metadata; list it with resourceVersion=fullSpec');
    });
  },
);
