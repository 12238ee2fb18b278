import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { AgentLab } from '../support/agent/agent-lab.ts';
import type { FakeReceiver } from '../support/fake-receiver/fake-receiver.ts';
import { image, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';
import { ResultFiles } from '../support/scan-results/result-files.ts';

/** A push of a few requests takes long enough for a cycle to start while it runs. */
const DELAY_MS = 500;

/** Timers may fire early. */
const TOLERANCE_MS = 50;

/** The requests with the same timestamp. Times are milliseconds since the Unix epoch. */
interface Push {
  readonly timestampMs: number;
  readonly firstMs: number;
  lastMs: number;
  /** Number of series about scan results. */
  results: number;
}

const noPush: Push = { timestampMs: 0, firstMs: 0, lastMs: 0, results: 0 };

/** In the order of arrival. A push that another one interrupts appears twice. */
function pushesTo({ requests }: FakeReceiver): Push[] {
  const pushes: Push[] = [];
  for (const { series, atMs } of requests) {
    const timestampMs = series[0]?.samples[0]?.timestampMs ?? 0;
    const at = performance.timeOrigin + atMs;
    let push = pushes.at(-1);
    if (push?.timestampMs !== timestampMs) {
      push = { timestampMs, firstMs: at, lastMs: at, results: 0 };
      pushes.push(push);
    }
    push.lastMs = at;
    push.results += series.filter(({ labels }) => !labels.some(isSelfMetricName)).length;
  }
  return pushes;
}

function isSelfMetricName({ name, value }: { name: string; value: string }): boolean {
  return name === '__name__' && value.startsWith('kubescape_push_');
}

it.concurrent.each([
  ['in memory', false],
  ['on disk', true],
])(
  'a cycle that starts during a resend sends only after it, with pushes kept %s',
  async (_where, isPersisted) => {
    await using lab = new AgentLab();
    lab.open();
    const receiver = await lab.receive({ otherwise: { status: 204, delayMs: DELAY_MS } });
    const results = new ResultFiles(join(lab.folder, 'small'));
    results.put(...smallCluster);
    const state = join(lab.folder, 'state');
    mkdirSync(state);
    const config = join(lab.folder, 'config.yaml');
    const queue = 'queue_config: {max_samples_per_send: 14, max_shards: 2}';
    writeFileSync(config, `remote_write: [{url: "${receiver.url}", protocol: "2.0", ${queue}}]\n`);
    const from = ['--from', results.folder, '--cluster', 'c', '--config', config];
    const often = ['--resend-interval', '5s', '--change-quiet', '700ms', '--schedule', '0 0 1 1 *'];
    const kept = isPersisted ? ['--state-dir', state] : [];
    const agent = lab.start([...from, ...often, ...kept]);
    await agent.until('cycle done');
    // The agent polls for changes as often as it resends, so the cycle starts soon after the resend.
    const made = image('app');
    results.put(made, runs(made, { namespace: 'shop', workload: 'app' }));
    await agent.until('cycle done', 2);

    const pushes = pushesTo(receiver);
    expect(receiver.violations).toEqual([]);
    expect(pushes.slice(0, 3).map((push) => push.results)).toEqual([80, 80, 92]);
    const [, resend = noPush, second = noPush] = pushes;
    // The cycle started before the resend had sent everything, and sent after its last answer.
    expect(second.timestampMs).toBeGreaterThan(resend.firstMs);
    expect(second.timestampMs).toBeLessThan(resend.lastMs);
    expect(second.firstMs).toBeGreaterThan(resend.lastMs + DELAY_MS - TOLERANCE_MS);
  },
);
