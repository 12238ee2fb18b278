import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

import { parseValue } from '../support/real-servers/query-api.ts';
import { realServer } from '../support/real-servers/real-servers.ts';
import type { RunningServer } from '../support/real-servers/start-server.ts';
import { fill } from './filled-prometheus.ts';
import { queriesOf, readDashboard, withEverythingChosen } from './read-dashboard.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

const prometheus = await realServer('prometheus');

const RangeAnswer = z.object({
  data: z.object({
    result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

describe.skipIf(prometheus.missing)(
  `a graph of the CronJob dashboard, in ${prometheus.label}`,
  () => {
    let server: RunningServer;
    let now: number;
    beforeAll(async () => {
      now = Date.now();
      const started = await prometheus.start();
      server = started;
      await fill(started, now);
    });
    afterAll(async () => server?.stop());

    it('has one point per push, and the last one excludes deleted workloads', async () => {
      const graph = queriesOf(readDashboard('cronjob')).find(
        ({ title }) => title === 'All findings by cluster',
      );

      const [points = []] = await queryRange(server.url, graph?.expr ?? '', now / 1000);

      const [first = 0] = points;
      // The removed workload existed two days ago and yesterday.
      const more = points[6] ?? 0;
      expect(more).toBeGreaterThan(first + 1000);
      expect(points).toEqual([...Array.from({ length: 6 }, () => first), more, more, first]);
    });
  },
);

/** Hourly values of each series over nine days. */
async function queryRange(url: string, expr: string, now: number): Promise<number[][]> {
  const query = new URLSearchParams({
    query: withEverythingChosen(expr),
    start: String(now - 9 * DAY),
    end: String(now + HOUR),
    step: String(HOUR),
  });
  const response = await fetch(`${url}/api/v1/query_range?${query.toString()}`);
  const { data } = RangeAnswer.parse(await response.json());
  return data.result.map(({ values }) => values.map(([, value]) => parseValue(value)));
}
