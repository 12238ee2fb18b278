import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { image, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { ResultFiles } from '../support/scan-results/result-files.ts';

const lab = useAgentLab();

/** Each answer takes so long that a cycle of a few requests is longer than the resend interval. */
const DELAY_MS = 1300;

/** Timers may be early, and clocks of two kinds are compared. */
const TOLERANCE_MS = 50;

interface Push {
  readonly timestampMs: number;
  /** By our clock, in milliseconds since the Unix epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly results: number;
  readonly own: number;
}

/** Received samples by timestamp, in order of arrival. */
function pushesOf({ requests }: FakeReceiver): Push[] {
  const pushes: Push[] = [];
  for (const { series, atMs } of requests) {
    const timestampMs = series[0]?.samples[0]?.timestampMs ?? 0;
    const at = performance.timeOrigin + atMs;
    const own = series.filter(({ labels }) =>
      labels.some(({ name, value }) => name === '__name__' && value.startsWith('kubescape_push_')),
    ).length;
    const results = series.length - own;
    const last = pushes.at(-1);
    if (last?.timestampMs !== timestampMs) {
      pushes.push({ timestampMs, firstMs: at, lastMs: at, results, own });
    } else {
      pushes[pushes.length - 1] = {
        ...last,
        lastMs: at,
        results: last.results + results,
        own: last.own + own,
      };
    }
  }
  return pushes;
}

/** From the last request of a push to the first of the next: it comes when all have answers. */
function gapsBetween(pushes: readonly Push[]): number[] {
  return pushes.slice(1).map(({ firstMs }, index) => firstMs - (pushes[index]?.lastMs ?? firstMs));
}

function isAbout(push: Push | undefined, atMs = 0): boolean {
  return push !== undefined && push.firstMs < atMs && atMs < push.lastMs;
}

it.each([
  ['in memory', false],
  ['on disk', true],
])(
  'a cycle that begins while values are sent again waits for its turn, with cycles kept %s',
  async (_where, isPersisted) => {
    const receiver = await lab.receive({ otherwise: { status: 204, delayMs: DELAY_MS } });
    const results = new ResultFiles(join(lab.folder, 'small'));
    results.put(...smallCluster);
    const state = join(lab.folder, 'state');
    mkdirSync(state);
    const config = join(lab.folder, 'config.yaml');
    const queue = 'queue_config: {max_samples_per_send: 14, max_shards: 2}';
    writeFileSync(config, `remote_write: [{url: "${receiver.url}", protocol: "2.0", ${queue}}]\n`);
    const from = ['--from', results.folder, '--cluster', 'c', '--config', config];
    const often = ['--resend-interval', '5s', '--change-quiet', '50ms', '--schedule', '0 0 1 1 *'];
    const kept = isPersisted ? ['--state-dir', state] : [];
    const agent = lab.start([...from, ...often, ...kept, '--log-level', 'debug']);
    await agent.until('cycle done');
    await agent.waitFor(() => pushesOf(receiver).length > 1, 'the first repetition');
    const made = image('app');
    results.put(made, runs(made, { namespace: 'shop', workload: 'app' }));
    await agent.until('cycle done', 2);
    await agent.until('resent values', 2);
    agent.send('SIGTERM');
    expect((await agent.end()).exitCode).toBe(0);

    const pushes = pushesOf(receiver);
    expect(receiver.violations).toEqual([]);
    expect(pushes.map(({ results: count }) => count)).toEqual([75, 75, 87, 87]);
    expect(new Set(pushes.map(({ own }) => own)).size).toBe(1);
    // The cycle is one of a time at which the repetition was still under way.
    expect(isAbout(pushes[1], pushes[2]?.timestampMs)).toBe(true);
    expect(gapsBetween(pushes).filter((gapMs) => gapMs < DELAY_MS - TOLERANCE_MS)).toEqual([]);
  },
  90_000,
);
