import { z } from 'zod';

import { findServer } from '../../../scripts/servers/find-server.ts';
import { parseValue, type QueriedSample } from './query-api.ts';
import { type RunningServer, startServer } from './start-server.ts';

const REQUEST_MS = 10_000;

export interface PushgatewayOptions {
  readonly flags?: readonly string[];
}

export interface Pushgateway extends RunningServer {
  /** The scraped text, including the Pushgateway's own metrics. */
  metrics(): Promise<string>;
  /**
   * All pushed series, with the name as label `__name__`: gauges, counters and untyped series.
   * The Pushgateway adds `push_time_seconds` and `push_failure_time_seconds` to each group.
   */
  series(): Promise<readonly QueriedSample[]>;
}

export async function startPushgateway({
  flags = [],
}: PushgatewayOptions = {}): Promise<Pushgateway> {
  const server = await startServer({
    name: 'pushgateway',
    binary: await findServer('pushgateway'),
    args: async () => ['--web.listen-address=127.0.0.1:0', ...flags],
    portInLog: /Listening on.*address=127\.0\.0\.1:(\d+)/,
    readyPath: '/-/ready',
  });
  return {
    ...server,
    async metrics() {
      const response = await get(`${server.url}/metrics`);
      return response.text();
    },
    async series() {
      const response = await get(`${server.url}/api/v1/metrics`);
      return seriesOf(PushedGroups.parse(await response.json()));
    },
  };
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS) });
  if (!response.ok) throw new Error(`the Pushgateway answered ${response.status}: GET ${url}`);
  return response;
}

const PushedFamily = z.object({
  // Histograms and summaries have no single value.
  metrics: z.array(
    z.object({
      labels: z.record(z.string(), z.string()).default({}),
      value: z.string().optional(),
    }),
  ),
});

/** Each group contains its grouping key as `labels`, and its families keyed by their names. */
const PushedGroups = z.object({ data: z.array(z.record(z.string(), z.unknown())) });
type PushedGroups = z.infer<typeof PushedGroups>;

function seriesOf({ data }: PushedGroups): readonly QueriedSample[] {
  return data.flatMap((group) =>
    Object.entries(group).flatMap(([name, family]) => {
      const parsed = PushedFamily.safeParse(family);
      if (!parsed.success) return [];
      return parsed.data.metrics.flatMap(({ labels, value }) =>
        value === undefined
          ? []
          : [{ labels: { __name__: name, ...labels }, value: parseValue(value) }],
      );
    }),
  );
}
