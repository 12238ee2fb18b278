import { describe, expect, it } from 'vitest';

import { filesOfCase, runCase, scanDataCases } from '../support/cases/scan-data-cases.ts';

const name = '20-missing-fields';

describe.skipIf(scanDataCases.missing)(
  `a document without an optional field${scanDataCases.note}`,
  () => {
    const files = scanDataCases.missing === undefined ? filesOfCase(name) : [];

    it.each(files)('counts all findings of %s', async (file) => {
      const { text, messages, exitCode } = await runCase(name, [file]);

      expect(text).toMatch(/^kubescape_total_vulnerabilities\{cluster="c"\} 3$/m);
      expect(messages).toBe('');
      expect(exitCode).toBe(0);
    });

    it('counts a finding without a severity as unknown', async () => {
      for (const file of ['a-severity-missing.json', 'b-severity-null.json']) {
        const { text } = await runCase(name, [file]);

        expect(text).toMatch(/^kubescape_total_unknown_vulnerabilities\{cluster="c"\} 1$/m);
      }
    });
  },
);
