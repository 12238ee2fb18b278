import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { realPromtool } from '../support/real-servers/real-servers.ts';
import type { AlertCase } from './alert-cases/alert-case.ts';
import { alertCases } from './alert-cases/all-cases.ts';
import { flavours } from './read-dashboard.ts';
import { readRules, rulesPath } from './read-rules.ts';

const promtool = await realPromtool();

describe.skipIf(promtool.missing)(`with ${promtool.label}`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubescape-push-rules-'));
  });
  afterAll(async () => rm(folder, { recursive: true }));

  describe.each(flavours)('the %s rules', (flavour) => {
    it('pass promtool check', async () => {
      const { stdout, stderr, exitCode } = await promtool.run([
        'check',
        'rules',
        rulesPath(flavour),
      ]);

      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toContain('rules found');
    });

    it.each(alertCases(flavour))('$alert: $what', async (one) => {
      const path = join(folder, 'test.yaml');
      await writeFile(path, unitTest(one, rulesPath(flavour)));
      const { stdout, stderr, exitCode } = await promtool.run(['test', 'rules', path]);

      expect(exitCode === 0 ? '' : stdout + stderr).toBe('');
    });

    it('have a firing and a silent case for each alert', () => {
      const covered = alertCases(flavour).map(({ alert, fires }) => `${alert} ${fires.length > 0}`);
      const all = readRules(flavour).flatMap(({ alert }) => [`${alert} true`, `${alert} false`]);

      expect([...new Set(covered)].toSorted()).toEqual(all.toSorted());
    });
  });
});

/** A promtool test that compares the `ALERTS` series, so that it does not depend on summaries. */
function unitTest({ alert, input, at, fires }: AlertCase, rules: string): string {
  const { severity } = readRules(rules.endsWith('agent.yaml') ? 'agent' : 'cronjob').find(
    (rule) => rule.alert === alert,
  )?.labels ?? { severity: '' };
  const samples = fires.map((labels) => ({
    labels: seriesText({ ...labels, alertname: alert, alertstate: 'firing', severity }),
    value: 1,
  }));
  const test = {
    interval: '1m',
    input_series: input,
    promql_expr_test: [
      {
        expr: `ALERTS{alertname="${alert}",alertstate="firing"}`,
        eval_time: `${at}m`,
        exp_samples: samples,
      },
    ],
  };
  return stringify({ rule_files: [rules], evaluation_interval: '30m', tests: [test] });
}

function seriesText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `ALERTS{${pairs.join(',')}}`;
}
