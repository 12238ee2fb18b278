import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { QueryableServer } from '../support/real-servers/prometheus.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import { fill, GONE } from './filled-prometheus.ts';
import { flavours, queriesOf, readDashboard, withEverythingChosen } from './read-dashboard.ts';
import { readRules, rulesPath } from './read-rules.ts';

const MINUTE = 60_000;

const prometheus = await realServer('prometheus');
const victoriaMetrics = await realServer('victoria-metrics');

const rules = flavours.map((flavour) => rulesPath(flavour));
const receivers = [
  {
    ...prometheus,
    start: async () => prometheus.start({ config: `rule_files: ${JSON.stringify(rules)}\n` }),
  },
  { ...victoriaMetrics, start: async () => victoriaMetrics.start() },
];

for (const receiver of receivers) {
  describe.skipIf(receiver.missing)(`in ${receiver.label} with a week of results`, () => {
    let server: QueryableServer;
    let now: number;
    beforeAll(async () => {
      const startedAt = Date.now();
      server = await receiver.start();
      await fill(server, startedAt);
      now = Date.now();
    });
    afterAll(async () => server?.stop());

    describe.each(flavours)('the %s dashboard', (flavour) => {
      const queries = queriesOf(readDashboard(flavour)).map(({ title, expr }) => ({
        title,
        expr: withEverythingChosen(expr),
      }));
      /** Time at which the CronJob dashboard's subquery has seen the last push. */
      function settled(): number {
        return flavour === 'agent' ? now : now + 5 * MINUTE;
      }

      it.each(queries)('returns data for "$title": $expr', async ({ expr }) => {
        const answer = await server.query(expr, now);

        expect(answer.length).toBeGreaterThan(0);
        expect(answer.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
      });

      it('excludes deleted workloads', async () => {
        const lingering = await Promise.all(
          queries.map(async ({ title, expr }) => {
            const answer = await server.query(expr, settled());
            const names = answer.flatMap(({ labels }) => Object.values(labels));
            return names.some((name) => name.includes(GONE)) ? [title] : [];
          }),
        );

        expect(lingering.flat()).toEqual([]);
      });

      it('has fixable and other findings that add up to the total', async () => {
        const fixable = queries.filter(({ title }) => title === 'Fixable share');
        const [part, rest] = await Promise.all(
          fixable.map(async ({ expr }) => (await server.query(expr, settled()))[0]?.value),
        );

        const all = await server.query('kubescape_total_vulnerabilities', now);
        expect((part ?? 0) + (rest ?? 0)).toBe(all[0]?.value);
      });

      it('lists values for its variables', async () => {
        const { list } = readDashboard(flavour).templating;
        for (const { definition } of list) {
          if (definition === undefined) continue;
          const [, selector = '', label = ''] =
            /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
          const answer = await server.query(withEverythingChosen(selector), now);
          expect(answer.some(({ labels }) => labels[label] !== undefined)).toBe(true);
        }
      });
    });

    it('would show deleted workloads without the join', async () => {
      const simple = 'last_over_time(kubescape_critical_vulnerabilities[2d])';

      const answer = await server.query(simple, now);

      expect(answer.some(({ labels }) => labels['workload'] === GONE)).toBe(true);
    });

    describe.each(flavours)('the %s rules', (flavour) => {
      const selectors = readRules(flavour).flatMap(({ alert, expr }) =>
        [...new Set(expr.match(/kubescape_\w+(?:\{[^}]*\})?/g))].map((selector) => ({
          alert,
          selector,
        })),
      );

      it.each(selectors)('$alert selects existing series: $selector', async ({ selector }) => {
        expect(await server.query(`count(last_over_time(${selector}[9d]))`, now)).toHaveLength(1);
      });

      it.each(readRules(flavour))('$alert can be evaluated', async ({ expr }) => {
        await expect(server.query(expr, now)).resolves.toBeInstanceOf(Array);
      });
    });
  });
}
