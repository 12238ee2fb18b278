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
  describe.skipIf(receiver.missing)(`in a ${receiver.label} with a week of results`, () => {
    let server: QueryableServer;
    let now: number;
    beforeAll(async () => {
      const startedAt = Date.now();
      server = await receiver.start();
      await fill(server, startedAt);
      now = Date.now();
    });
    afterAll(async () => server?.stop());

    describe.each(flavours)('the dashboard of the %s', (flavour) => {
      const queries = queriesOf(readDashboard(flavour)).map(({ title, expr }) => ({
        title,
        expr: withEverythingChosen(expr),
      }));
      /** When a CronJob's results have been there for long enough to be told from those before. */
      function settled(): number {
        return flavour === 'agent' ? now : now + 5 * MINUTE;
      }

      it.each(queries)('has an answer for “$title”: $expr', async ({ expr }) => {
        const answer = await server.query(expr, now);

        expect(answer.length).toBeGreaterThan(0);
        expect(answer.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
      });

      it('shows nothing of a workload that is gone', async () => {
        const lingering = await Promise.all(
          queries.map(async ({ title, expr }) => {
            const answer = await server.query(expr, settled());
            const names = answer.flatMap(({ labels }) => Object.values(labels));
            return names.some((name) => name.includes(GONE)) ? [title] : [];
          }),
        );

        expect(lingering.flat()).toEqual([]);
      });

      it('agrees with the totals in what its tables add up to', async () => {
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

    it('a workload that is gone would linger without the join', async () => {
      const simple = 'last_over_time(kubescape_critical_vulnerabilities[2d])';

      const answer = await server.query(simple, now);

      expect(answer.some(({ labels }) => labels['workload'] === GONE)).toBe(true);
    });

    describe.each(flavours)('the rules of the %s', (flavour) => {
      const selectors = readRules(flavour).flatMap(({ alert, expr }) =>
        [...new Set(expr.match(/kubescape_\w+(?:\{[^}]*\})?/g))].map((selector) => ({
          alert,
          selector,
        })),
      );

      it.each(selectors)('$alert asks for what there is: $selector', async ({ selector }) => {
        expect(await server.query(`count(last_over_time(${selector}[9d]))`, now)).toHaveLength(1);
      });

      it.each(readRules(flavour))('$alert can be evaluated', async ({ expr }) => {
        await expect(server.query(expr, now)).resolves.toBeInstanceOf(Array);
      });
    });
  });
}
