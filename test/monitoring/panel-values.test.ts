import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { realPromtool } from '../support/real-servers/real-servers.ts';
import { DAY, type InputSeries, storedAs } from './alert-cases/alert-case.ts';
import { flavours, queriesOf, readDashboard, withEverythingChosen } from './read-dashboard.ts';

const promtool = await realPromtool();

describe.skipIf(promtool.missing)(`with ${promtool.label}`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubescape-push-panels-'));
  });
  afterAll(async () => rm(folder, { recursive: true }));

  describe.each(flavours)('the %s dashboard', (flavour) => {
    const days = storedAs[flavour];

    async function evaluate(title: string, { input, at, samples }: Shown): Promise<string> {
      const { expr } = queriesOf(readDashboard(flavour)).find((query) => query.title === title) ?? {
        expr: '',
      };
      const one = { expr: withEverythingChosen(expr), eval_time: `${at}m`, exp_samples: samples };
      const tests = [{ interval: '1m', input_series: input, promql_expr_test: [one] }];
      const path = join(folder, 'test.yaml');
      await writeFile(path, stringify({ tests }));
      const { stdout, stderr, exitCode } = await promtool.run(['test', 'rules', path]);
      return exitCode === 0 ? '' : stdout + stderr;
    }

    it('compares only clusters with data for both days', async () => {
      const total = 'kubescape_total_critical_vulnerabilities';
      const input = [
        days(`${total}{cluster="stays"}`, [10, 10, 10, 10, 10, 10, 10, 10, 12]),
        days(`${total}{cluster="went silent"}`, [30, 30, 30, 30, 30]),
        days(`${total}{cluster="is new"}`, ['_', '_', '_', '_', '_', '_', '_', '_', 50]),
      ];

      const samples = [{ labels: '{severity="critical"}', value: 2 }];

      await expect(evaluate('Change in 7 days', { input, at: 8.5 * DAY, samples })).resolves.toBe(
        '',
      );
    });

    it('counts each existing container once, by its latest state', async () => {
      const input = [
        days('kubescape_scanned_containers{cluster="c"}', [2, 1]),
        days(status('api', 'ready'), [1, '_']),
        days(status('api', 'too-large'), ['_', 1]),
        days(status('proxy', 'ready'), [1, 1]),
        days(status('removed', 'ready'), [1, '_']),
      ];

      const samples = ['ready', 'too-large'].map((is) => ({
        labels: `{status="${is}"}`,
        value: 1,
      }));

      await expect(evaluate('Scan states', { input, at: 1.5 * DAY, samples })).resolves.toBe('');
    });
  });
});

function status(name: string, is: string): string {
  return `kubescape_image_scan_status{cluster="c",namespace="n",workload="w",name="${name}",status="${is}"}`;
}

interface Shown {
  readonly input: readonly InputSeries[];
  /** Minutes after the first value. */
  readonly at: number;
  readonly samples: readonly { readonly labels: string; readonly value: number }[];
}
